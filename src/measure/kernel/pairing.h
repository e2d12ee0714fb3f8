/* Which ranks exchange with which, for kernels of pairs. Pure.
 *
 * Outside a screening rank i < n / 2 exchanges with i + n / 2, in the first so many of these pairs.
 *
 * A screening goes over all pairs in rounds of disjoint ones, by the circle method (round-robin tournaments;
 * Kirkman, 1847): with m = n, or n + 1 where n is odd, ranks i and j below m - 1 meet in round
 * (i + j) mod (m - 1), and the rank that this leaves alone in a round meets rank m - 1, or is idle where n is
 * odd. So every two meet once in m - 1 rounds, and no table is kept.
 *
 * The first of a pair times it, and sends where bytes go one way. In a screening that is the lower rank where
 * the sum of the two is odd, else the higher one, so that each rank is first in about half of its pairs; and
 * the other one where the pairing is turned. */
#ifndef EB_MEASURE_KERNEL_PAIRING_H
#define EB_MEASURE_KERNEL_PAIRING_H

struct eb_pairing {
    int ranks;
    int pairs;     /* at work at once */
    int rounds;    /* of a screening; 0: this is none */
    int round;     /* from 0 */
    int is_turned; /* in a screening: the second of each pair is its first */
};

/* Rounds that a screening of so many ranks takes: n - 1, or n where n is odd. */
int eb_pairing_rounds(int ranks);

/* The pairing of a round of a screening. */
struct eb_pairing eb_pairing_of_round(int ranks, int round);

/* Whom a rank exchanges with; -1: it is in no pair that is at work. */
int eb_pairing_peer(const struct eb_pairing *pairing, int rank);

/* 1 when it is the first of a pair that is at work. */
int eb_pairing_is_first(const struct eb_pairing *pairing, int rank);

/* The next rank above this one that is the first of a pair at work; -1: there is none. From -1 on it goes
 * over all pairs, in the order of their first ranks. */
int eb_pairing_next(const struct eb_pairing *pairing, int rank);

#endif
