/*
 * decision.h - what the files share that decide which sequences are the furniture of pages:
 *
 *   places.c      the places of a sequence, and those that were accepted
 *   weighing.c    what speaks for a sequence
 *   alone.c       marks that stand alone, and what the accepted places show to be furniture too
 *   report.c      what is said of it
 *   pages.c       all of it together
 */
#ifndef DEPAGINATE_DECISION_H
#define DEPAGINATE_DECISION_H

#include "depaginate.h"

/* Runs of blank lines are told apart up to this length; and how many pages are few. */
enum { SPACES = 16, FEW = 5 };

/* A sequence, and where it says that pages end. */
struct candidate {
    const struct sequence *sequence;
    struct page_end *places; /* on the bench */
    size_t count;
    double weight;   /* a logarithm of odds */
    unsigned beside; /* lines of furniture beside those of the sequence, on each page */
};

struct decision {
    const struct lines *lines;
    const struct depaginate *depaginate;
    quern_call *call;
    struct bench bench;
    struct joints joints;
    size_t spaces[SPACES]; /* runs of blank lines, by their length */
    uint8_t *taken;        /* by line: lies between the body lines of an accepted place */
    struct list places;    /* accepted */
    uint32_t *tree;        /* of these, how many begin where: a Fenwick tree; NULL for none */
};

static inline struct page_end *place_at(const struct decision *decision, size_t i)
{
    return list_at(&decision->places, i);
}

/* ---- Places (places.c) ---- */

/* The places of a candidate's sequence, with the start and the end of the text around them. */
void places_make(const struct decision *decision, struct candidate *candidate);

/* Skips over what is taken. */
void place_widen(const struct decision *decision, struct page_end *place);

/* Whether some of its lines are taken; takes them all, false when memory is short. */
bool place_touches(const struct decision *decision, const struct page_end *place);
bool place_take(struct decision *decision, const struct page_end *place);

/* How many accepted places begin before a line. */
size_t places_before(const struct decision *decision, size_t line);

/* The accepted places in text order; those that touch become one. False when memory is short. */
bool places_merge(const struct decision *decision, struct pages *pages);

/* ---- Weighing (weighing.c) ---- */

/* Blank lines behind a line, up to SPACES - 1; and counts all such runs. */
unsigned space_below(const struct lines *lines, size_t line);
void spaces_learn(struct decision *decision);

/* Makes the places of a candidate and weighs them. */
void candidate_weigh(struct decision *decision, struct candidate *candidate);

/* The weight that it needs to be accepted; how sure its weight makes us, from 0 to 1. */
double candidate_threshold(const struct decision *decision, const struct candidate *candidate);
double candidate_confidence(const struct candidate *candidate);

/* ---- What stands alone (alone.c); those that return bool are false when memory is short ---- */

/* Heads that only one page shows. */
void heads_take(struct decision *decision);

/* Marks in the text and on lines of their own, and what the user says is one. */
bool marks_take(struct decision *decision, struct pages *pages);

/* Form feeds that no place holds yet. */
bool feeds_take(struct decision *decision, const struct sequence *feeds);

/* ---- Report (report.c) ---- */

void candidate_report(const struct decision *decision, const struct candidate *candidate,
                      bool taken);

#endif
