/*
 * names.c - candidates for names: finds runs of capitalised words, and cuts them where one name
 * ends and the next begins.
 *
 * "US President Donald Trump" is one run and two names, "Ministry of Trade and Industry" several
 * runs and one name. A run is cut by what its words are: titles and honorifics belong to no name,
 * an adjective of a people is a name of its own, a word that heads organisations or places ends a
 * name or, before "of", begins one.
 */
#include "findings.h"

#define HEADS                                                                                      \
    (CLASS(COMPANY_SUFFIX) | CLASS(ORGANISATION_WORD) | CLASS(PLACE_WORD) | CLASS(TERM_WORD))
#define TITLES (CLASS(HONORIFIC) | CLASS(TITLE))

/* The number of words that the lists know as one phrase, at least 1. */
static size_t phrase_size(const struct unit *unit, size_t i)
{
    classes found;
    if (!is_class(unit, i, CLASS(PREFIX)))
        return 1;
    size_t size = unit_find_phrase(unit, i, NAMES | TITLES, &found);
    return size > 1 ? size : 1;
}

static bool is_function(const struct unit *unit, size_t i)
{
    return (unit_word(unit, i)->small & CLASS(FUNCTION)) != 0;
}

/* "April Smith" is no date. */
static bool is_given_month(const struct unit *unit, size_t i)
{
    return is_class(unit, i, CLASS(GIVEN)) && is_class(unit, i + 1, CLASS(SURNAME)) &&
           is_capital(unit, i + 1) && !is_class(unit, i + 1, CLASS(DAY) | CLASS(MONTH));
}

/* A word that can stand inside a name. "Theresa May" is a name, "Paris Thursday" is not. */
static bool is_name_word(const struct unit *unit, size_t i)
{
    const struct word *word = unit_word(unit, i);
    if (word->shape < SHAPE_CAPITAL)
        return word->syllables && i > 0 && is_capital(unit, i - 1) && !is_function(unit, i - 1);
    bool after_given = i > 0 && is_class(unit, i - 1, CLASS(GIVEN)) && (word->is & CLASS(SURNAME));
    if (word->is & (CLASS(DAY) | CLASS(MONTH)))
        return (after_given && (word->small & CLASS(COMMON))) || is_given_month(unit, i);
    if (word->is & CLASS(NOT_NAME))
        return i > 0 && is_capital(unit, i - 1) && is_capital(unit, i + 1);
    return after_given || word->initial || !(word->small & CLASS(FUNCTION));
}

/* ---- Runs ---- */

/* "van der", "de la", "bin": small words between two capitalised ones, or a hyphened article. */
static size_t skip_particles(const struct unit *unit, size_t i)
{
    size_t end = i;
    while (end - i < 3 && is_class(unit, end, CLASS(PARTICLE)) && is_small(unit, end)) {
        end++;
        if (is_hyphen(unit, end) && is_glued(unit, end))
            end++;
    }
    return end > i && is_name_word(unit, end) ? end : i;
}

/* "University of Oxford", "Center for the Study of ...": behind a head, these words go on. */
static size_t skip_of(const struct unit *unit, size_t i)
{
    if (!is_class(unit, i - 1, HEADS & ~CLASS(COMPANY_SUFFIX)) || !is_capital(unit, i - 1))
        return i;
    bool of = word_is(unit, i, "of");
    bool organises = word_is(unit, i, "for") || word_is(unit, i, "on");
    if (!of && !(organises && is_class(unit, i - 1, CLASS(ORGANISATION_WORD))))
        return i;
    size_t end = word_is(unit, i + 1, "the") ? i + 2 : i + 1;
    return is_name_word(unit, end) && !is_class(unit, end, CLASS(HONORIFIC)) ? end : i;
}

/* "... of Trade and Industry": only where "of" came before, and no other name begins. */
static size_t skip_and(const struct unit *unit, size_t i)
{
    size_t end = word_is(unit, i, ",") && word_is(unit, i + 1, "and") ? i + 2 : i + 1;
    if (!word_is(unit, end - 1, "and") || !is_name_word(unit, end))
        return i;
    bool plain = (unit_word(unit, i - 1)->small & CLASS(COMMON)) &&
                 (unit_word(unit, end)->small & CLASS(COMMON));
    return plain && !is_class(unit, end, TITLES | CLASS(GIVEN)) ? end : i;
}

/* "Johnson & Johnson", "Jean-Claude", "Acme, Inc.", "Farmers' Union". */
static size_t skip_joint(const struct unit *unit, size_t i)
{
    const struct word *word = unit_word(unit, i);
    bool joint = (word->hyphen && word->glued && is_glued(unit, i + 1)) || word_is(unit, i, "&") ||
                 (word_is(unit, i, ",") &&
                  is_class(unit, i + 1, CLASS(COMPANY_SUFFIX) | CLASS(NAME_SUFFIX))) ||
                 (word->clitic && word->glued && (unit_word(unit, i - 1)->small & CLASS(COMMON)) &&
                  !is_class(unit, i - 1, NAMES | CLASS(GIVEN) | TITLES));
    return joint && is_name_word(unit, i + 1) ? i + 1 : i;
}

/* A run is cut here at the latest, so that looking through it takes a bounded time. */
#define RUN_WORDS 32

static size_t run_end(const struct unit *unit, size_t begin)
{
    size_t end = begin + phrase_size(unit, begin);
    bool of = false;
    while (end - begin < RUN_WORDS) {
        if (is_name_word(unit, end)) {
            end += phrase_size(unit, end);
            continue;
        }
        size_t next = skip_joint(unit, end);
        if (next == end)
            next = skip_particles(unit, end);
        if (next == end) {
            next = skip_of(unit, end);
            of = of || next > end;
        }
        if (next == end && of)
            next = skip_and(unit, end);
        if (next == end)
            break;
        end = next + 1;
    }
    return end;
}

/* ---- Cuts ---- */

struct run {
    const struct unit *unit;
    struct findings *findings;
    struct standing standing;
    size_t end;
};

/* Capitals of the first word in a sentence, and of words in titles, may mean nothing. */
static bool is_weak(const struct unit *unit, size_t begin, size_t end)
{
    if (unit->titled)
        return true;
    return begin == 0 && end == 1 && unit_word(unit, 0)->small != 0;
}

static bool keep(struct run *run, size_t begin, size_t end)
{
    const struct unit *unit = run->unit;
    struct finding finding = {
        .key = unit_key(unit, begin, end),
        .begin = unit_word(unit, begin)->begin,
        .end = unit_word(unit, end - 1)->end,
        .label = LABEL_NONE,
        .name = true,
        .weak = is_weak(unit, begin, end),
        .alone = end - begin == 1,
    };
    evidence_weigh(unit, begin, end, run->standing, finding.score);
    run->standing = (struct standing){0};
    return findings_add(run->findings, finding);
}

/* Where a title, or an honorific, ends that begins here; `i` when none does. A title is one only
 * before a name: "General Motors" and "Judge said" hold none, nor does "Justice Department". */
static size_t skip_title(const struct unit *unit, size_t i, size_t end, struct standing *standing)
{
    classes found;
    size_t size = unit_find_phrase(unit, i, TITLES, &found);
    size_t after = i + size;
    if (size == 0 || (after < end && is_class(unit, after, HEADS) &&
                      !is_class(unit, after, CLASS(GIVEN) | CLASS(SURNAME))))
        return i;
    classes longer;
    if (unit_find_phrase(unit, i, NAMES & ~CLASS(PERSON), &longer) > size)
        return i;
    standing->titled = true;
    standing->honoured = (found & CLASS(HONORIFIC)) != 0;
    return after;
}

/* Does a title begin here that a name follows? */
static bool is_titled_name(const struct unit *unit, size_t i, size_t end)
{
    classes found;
    size_t size = unit_find_phrase(unit, i, TITLES, &found);
    return size > 0 && i + size < end && !is_class(unit, i, HEADS) &&
           is_name_word(unit, i + size) && !is_class(unit, i + size, HEADS);
}

/* The end of a name that an organisation's, a place's or an event's word heads: "Foreign Ministry",
 * "Lake Chad"; and with "of" behind it everything up to the end. `i` when there is none. */
static size_t skip_headed(const struct unit *unit, size_t i, size_t end)
{
    size_t headed = i;
    for (size_t k = i; k < end; k++) {
        if (k > i && is_titled_name(unit, k, end))
            break;
        if (!is_class(unit, k, HEADS) || !is_capital(unit, k))
            continue;
        if (k + 1 < end && (word_is(unit, k + 1, "of") || word_is(unit, k + 1, "for") ||
                            word_is(unit, k + 1, "on")))
            return end;
        if (k > i)
            headed = k + 1;
    }
    return headed;
}

/* Where the next title or people begins behind `i`: there a name ends. */
static size_t next_cut(const struct unit *unit, size_t i, size_t end)
{
    for (size_t k = i + 1; k < end; k++)
        if (is_class(unit, k, TITLES | CLASS(PEOPLE)) && is_capital(unit, k) &&
            !is_class(unit, k, CLASS(GIVEN) | CLASS(SURNAME) | CLASS(NAME_SUFFIX)))
            return k;
    return end;
}

/* "Perth Glory", "Connecticut Lottery": a common word with a capital makes it another name. */
static bool begins_team(const struct unit *unit, size_t i)
{
    const struct word *word = unit_word(unit, i);
    return (word->small & CLASS(COMMON)) &&
           !(word->is & (CLASS(GIVEN) | CLASS(SURNAME) | TITLES | NAMES));
}

/* Is it a place or a body on which another name follows, rather than the first part of it? */
static bool stands_alone(const struct unit *unit, size_t i, size_t size, classes found)
{
    if (is_hyphen(unit, i + size))
        return true;
    if (found & CLASS(PEOPLE))
        return true;
    if (size > 1)
        return (found & CLASS(PERSON)) == 0;
    if (begins_team(unit, i + size))
        return false;
    return (found & (CLASS(MAJOR_PLACE) | CLASS(ORGANISATION))) &&
           !(unit_word(unit, i)->is & (CLASS(GIVEN) | CLASS(SURNAME)));
}

/* The end of the name that begins at `i`. */
static size_t name_end(const struct unit *unit, size_t i, size_t end)
{
    classes found = 0;
    size_t size = unit_find_phrase(unit, i, NAMES, &found);
    size_t headed = skip_headed(unit, i, end);
    if (size > 0 && i + size >= end)
        return i + size;
    if ((found & CLASS(PEOPLE)) && size == 1 && headed <= i + 1)
        return i + 1;
    if (headed > i + size)
        return headed;
    if (size > 0 && stands_alone(unit, i, size, found))
        return i + size;
    return next_cut(unit, i, end);
}

static bool cut_run(struct run *run, size_t i)
{
    const struct unit *unit = run->unit;
    while (i < run->end) {
        size_t next = skip_title(unit, i, run->end, &run->standing);
        if (next == i && !is_capital(unit, i) && !is_class(unit, i, CLASS(PARTICLE) | NAMES))
            next = i + 1;
        if (next == i) {
            next = name_end(unit, i, run->end);
            if (!keep(run, i, next))
                return false;
        }
        i = next;
    }
    return true;
}

/* Sentences begin with a capital whatever their first word is. */
static size_t skip_opening(const struct unit *unit, size_t i, size_t end)
{
    classes found;
    bool common = i == 0 && (unit_word(unit, i)->small & CLASS(COMMON));
    if (!(common || is_function(unit, i)) || end - i < 2 ||
        is_class(unit, i, CLASS(GIVEN) | TITLES) ||
        unit_find_phrase(unit, i, NAMES | TITLES, &found) > 1)
        return i;
    return !is_function(unit, i) && skip_headed(unit, i, end) > i ? i : i + 1;
}

/* Where a run that holds names begins: here, or nowhere. */
static bool begins_run(const struct unit *unit, size_t i)
{
    classes found;
    if (is_name_word(unit, i))
        return true;
    bool small = is_small(unit, i);
    if (is_capital(unit, i) && is_class(unit, i, CLASS(GIVEN)) && is_name_word(unit, i + 1) &&
        is_class(unit, i + 1, CLASS(SURNAME)))
        return true; /* "Will Smith" */
    if (small && is_class(unit, i, CLASS(PARTICLE)) && skip_particles(unit, i) > i)
        return true;
    return is_class(unit, i, CLASS(PREFIX) | NAMES) &&
           unit_find_phrase(unit, i, NAMES, &found) > (small ? 0 : 1);
}

size_t names_read(const struct unit *unit, size_t i, struct findings *findings)
{
    if (!begins_run(unit, i))
        return i + 1;
    struct run run = {.unit = unit, .findings = findings, .end = run_end(unit, i)};
    if (!cut_run(&run, skip_opening(unit, i, run.end)))
        return 0;
    return run.end;
}
