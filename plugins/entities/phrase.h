/*
 * phrase.h - how a phrase becomes the number under which the gazetteer keeps it.
 *
 * Words are added one by one. White space and hyphens are one and the same thing, and a curly
 * apostrophe is a straight one, so that "al-Qaida" is found whether it is one token or three.
 */
#ifndef ENTITIES_PHRASE_H
#define ENTITIES_PHRASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct phrase {
    uint64_t hash;
    bool spaced; /* what was added last was a space */
};

/* How the letters are read: as they stand, all small, or small after the first. */
enum folding { FOLD_NOTHING, FOLD_ALL, FOLD_TAIL };

void phrase_add(struct phrase *phrase, const char *text, size_t size, enum folding folding);
void phrase_space(struct phrase *phrase);

/* The finished number; never 0. The phrase can still grow. */
uint64_t phrase_key(const struct phrase *phrase);

#endif
