/*
 * scan_loops.h - the loops of scan.h, for any width of vector. scan.c includes this once for each
 * instruction set, having defined what the operations in capitals are there:
 *
 *   VECTOR, WIDTH      type of a vector, and bytes in it
 *   NAME(name)         the name of a function in this set
 *   LOOP(type, name)   the same, with its type and attributes, to declare it
 *   LOAD(p) FILL(b)    a vector from memory; a vector of one byte
 *   SAME AT_LEAST AT_MOST (v, b)   bytes that are b; >= b; <= b, unsigned; as bytes of ones
 *   CONTINUES(v)       bytes that are 0x80 to 0xBF
 *   OR AND XOR (v, w)  bit by bit
 *   ANY(v) HIGH(v)     whether any bit is set; whether the top bit of any byte is
 *   FIRST(v)           index of the first byte of ones
 *   SUBTRACT(v, w)     byte by byte
 *   SUM(v)             of all bytes
 */

/* Bytes of [p, p + WIDTH) that table 3-7 of Unicode 15 does not allow after the three before them.
 * A byte is a continuation if and only if a lead near enough asks for one; four leads narrow the
 * range of the byte that follows; and thirteen bytes never occur. */
static inline LOOP(VECTOR, wrong)(const char *p)
{
    VECTOR here = LOAD(p), back1 = LOAD(p - 1), back2 = LOAD(p - 2), back3 = LOAD(p - 3);
    VECTOR asked = OR(AT_LEAST(back1, 0xC0), OR(AT_LEAST(back2, 0xE0), AT_LEAST(back3, 0xF0)));
    VECTOR misplaced = XOR(asked, CONTINUES(here));
    VECTOR overlong = OR(AND(SAME(back1, 0xE0), AT_MOST(here, 0x9F)),
                         AND(SAME(back1, 0xF0), AT_MOST(here, 0x8F)));
    VECTOR beyond = OR(AND(SAME(back1, 0xED), AT_LEAST(here, 0xA0)),
                       AND(SAME(back1, 0xF4), AT_LEAST(here, 0x90)));
    VECTOR never = OR(SAME(AND(here, FILL(0xFE)), 0xC0), AT_LEAST(here, 0xF5));
    return OR(OR(misplaced, never), OR(overlong, beyond));
}

/* ASCII is passed over two vectors at a time, unless the byte before it might still want more. */
static LOOP(size_t, utf8)(const char *text, size_t at, size_t size)
{
    for (; size - at >= 2 * WIDTH; at += 2 * WIDTH) {
        const char *p = text + at;
        if (!HIGH(OR(LOAD(p), LOAD(p + WIDTH))) && !((unsigned char)p[-1] & 0x80))
            continue;
        if (ANY(OR(NAME(wrong)(p), NAME(wrong)(p + WIDTH))))
            break;
    }
    return at;
}

/* A byte of a vector counts up to 255 before the sums have to be drawn. */
static LOOP(size_t, starts)(const char *text, size_t size, size_t *count)
{
    size_t at = 0, continuing = 0;
    while (size - at >= WIDTH) {
        VECTOR sums = FILL(0);
        size_t rounds = (size - at) / WIDTH < 255 ? (size - at) / WIDTH : 255;
        for (; rounds; rounds--, at += WIDTH)
            sums = SUBTRACT(sums, CONTINUES(LOAD(text + at)));
        continuing += SUM(sums);
    }
    *count = at - continuing;
    return at;
}

static inline LOOP(VECTOR, special)(VECTOR here)
{
    return OR(OR(SAME(here, '"'), SAME(here, '\\')), AT_MOST(here, 0x1F));
}

static LOOP(const char *, plain)(const char *at, const char *end)
{
    for (; (size_t)(end - at) >= WIDTH; at += WIDTH) {
        VECTOR stops = NAME(special)(LOAD(at));
        if (ANY(stops))
            return at + FIRST(stops);
    }
    return at;
}

/* U+2028 and U+2029 are E2 80 A8 and E2 80 A9, so that it looks two bytes ahead. */
static LOOP(const char *, shown)(const char *at, const char *end)
{
    for (; (size_t)(end - at) >= WIDTH + 2; at += WIDTH) {
        VECTOR here = LOAD(at);
        VECTOR separators = AND(AND(SAME(here, 0xE2), SAME(LOAD(at + 1), 0x80)),
                                SAME(AND(LOAD(at + 2), FILL(0xFE)), 0xA8));
        VECTOR stops = OR(OR(NAME(special)(here), SAME(here, 0x7F)), separators);
        if (ANY(stops))
            return at + FIRST(stops);
    }
    return at;
}

#undef NAME
#undef LOOP
#undef VECTOR
#undef WIDTH
#undef LOAD
#undef FILL
#undef SAME
#undef AT_LEAST
#undef AT_MOST
#undef CONTINUES
#undef OR
#undef AND
#undef XOR
#undef ANY
#undef HIGH
#undef FIRST
#undef SUBTRACT
#undef SUM
