/* A transport around another that spoils what passes through: for tests of whoever should notice. */
#ifndef EB_TESTS_FAULTY_H
#define EB_TESTS_FAULTY_H

#include "measure/transport/transport.h"

struct faulty {
    struct eb_transport base;
    struct eb_transport *inner;
    size_t spoil_send;   /* the how manyth send is spoiled, from 1; 0: none */
    size_t spoil_offset; /* of the byte that is changed, from the start of the message */
    size_t sends;
    char *copies; /* spoiled messages must outlive their send */
};

/* Wraps inner, which stays the caller's. */
void faulty_wrap(struct faulty *faulty, struct eb_transport *inner, size_t spoil_send, size_t spoil_offset);
void faulty_unwrap(struct faulty *faulty);

#endif
