#include "measure/kernel/pairing.h"

int eb_pairing_rounds(int ranks)
{
    return ranks % 2 == 0 ? ranks - 1 : ranks;
}

struct eb_pairing eb_pairing_of_round(int ranks, int round)
{
    return (struct eb_pairing){
        .ranks = ranks, .pairs = ranks / 2, .rounds = eb_pairing_rounds(ranks), .round = round};
}

static int peer_in_round(const struct eb_pairing *pairing, int rank)
{
    int rounds = pairing->rounds; /* odd: half of it, rounded up, is the inverse of 2 modulo it */
    int alone = (int)((long long)pairing->round * ((rounds + 1) / 2) % rounds);
    int last = pairing->ranks % 2 == 0 ? pairing->ranks - 1 : -1;
    if (rank == last)
        return alone;
    if (rank == alone)
        return last;
    return (pairing->round - rank + rounds) % rounds;
}

int eb_pairing_peer(const struct eb_pairing *pairing, int rank)
{
    if (pairing->rounds > 0)
        return peer_in_round(pairing, rank);
    int half = pairing->ranks / 2;
    int pair = rank < half ? rank : rank - half;
    if (pair >= pairing->pairs || rank >= 2 * half)
        return -1;
    return rank < half ? rank + half : rank - half;
}

int eb_pairing_is_first(const struct eb_pairing *pairing, int rank)
{
    int peer = eb_pairing_peer(pairing, rank);
    if (peer < 0)
        return 0;
    if (pairing->rounds == 0)
        return rank < peer;
    return (rank < peer) == ((rank + peer) % 2 != pairing->is_turned);
}

int eb_pairing_next(const struct eb_pairing *pairing, int rank)
{
    for (rank++; rank < pairing->ranks; rank++)
        if (eb_pairing_is_first(pairing, rank))
            return rank;
    return -1;
}
