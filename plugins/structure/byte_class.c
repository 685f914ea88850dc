/* byte_class.c - what each byte is to a tokenizer. */
#include "byte_class.h"

#define L C_LETTER
#define D C_DIGIT
#define U C_UNDERSCORE
#define J (C_JOINER | C_MARK)
#define S C_SPACE
#define M C_MARK
#define O (C_MARK | C_LONE)
#define Q (C_MARK | C_LONE | C_JOINER)
#define H8 C_HIGH, C_HIGH, C_HIGH, C_HIGH, C_HIGH, C_HIGH, C_HIGH, C_HIGH
#define H32 H8, H8, H8, H8
const uint8_t byte_classes[256] = {
    S,   S,   S,   S,   S, S, S, S, S, S, S, S, S, S, S, S, /* controls */
    S,   S,   S,   S,   S, S, S, S, S, S, S, S, S, S, S, S, /* controls */
    S,   M,   O,   M,   J, M, J, J, O, O, M, M, Q, J, J, J, /*  !"#$%&'()*+,-./ */
    D,   D,   D,   D,   D, D, D, D, D, D, J, M, M, M, M, M, /* 0123456789:;<=>? */
    J,   L,   L,   L,   L, L, L, L, L, L, L, L, L, L, L, L, /* @ABCDEFGHIJKLMNO */
    L,   L,   L,   L,   L, L, L, L, L, L, L, O, M, O, M, U, /* PQRSTUVWXYZ[\]^_ */
    M,   L,   L,   L,   L, L, L, L, L, L, L, L, L, L, L, L, /* `abcdefghijklmno */
    L,   L,   L,   L,   L, L, L, L, L, L, L, O, M, O, M, S, /* pqrstuvwxyz{|}~  */
    H32, H32, H32, H32,
};
#undef L
#undef D
#undef U
#undef J
#undef S
#undef M
#undef O
#undef Q
