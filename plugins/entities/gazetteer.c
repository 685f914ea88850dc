/* gazetteer.c - looks phrases up in the compiled table, which is an open-addressed hash table. */
#include "gazetteer.h"

__asm__(".section .rodata\n"
        ".balign 64\n"
        "gazetteer_table:\n"
        ".incbin \"" GAZETTEER_TABLE "\"\n"
        ".previous\n");

extern const uint64_t gazetteer_table[] __attribute__((visibility("hidden")));

classes gazetteer_find_key(uint64_t key)
{
    const struct gazetteer_header *header = (const void *)gazetteer_table;
    const uint64_t *slots = gazetteer_table + sizeof *header / sizeof *slots;
    const uint64_t *sets = slots + header->slots;
    uint64_t i = gazetteer_home(key, header->slots);
    while (GAZETTEER_SET(slots[i]) != 0 && GAZETTEER_CHECK(slots[i]) != GAZETTEER_CHECK(key))
        i = i + 1 == header->slots ? 0 : i + 1;
    return sets[GAZETTEER_SET(slots[i])];
}

classes gazetteer_find(const struct phrase *phrase)
{
    return gazetteer_find_key(phrase_key(phrase));
}
