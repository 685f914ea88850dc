/*
 * filter: drops documents that are too short, too long, hardly text, or about something else.
 *
 * Reasons hold the values of the options and nothing of the document, so that a count of them tells
 * how often each condition was the first that was not met.
 */
#include "patterns.h"

#include <utf8proc.h>

struct filter {
    int64_t min_length, max_length, min_words, max_words;
    double min_letters;
    quern_list keep, drop;
    struct patterns keep_patterns, drop_patterns;
};

static const quern_option options[] = {
    QUERN_INT(struct filter, min_length, 0, 0, QUERN_TEXT_MAX, "characters, at least"),
    QUERN_INT(struct filter, max_length, 0, 0, QUERN_TEXT_MAX, "characters, at most; 0: any"),
    QUERN_INT(struct filter, min_words, 0, 0, QUERN_TEXT_MAX, "words, at least"),
    QUERN_INT(struct filter, max_words, 0, 0, QUERN_TEXT_MAX, "words, at most; 0: any"),
    QUERN_REAL(struct filter, min_letters, 0, 0, 1,
               "share of letters among the characters that are no white space, at least"),
    QUERN_LIST(struct filter, keep, NULL, "patterns, one of which has to occur"),
    QUERN_LIST(struct filter, drop, NULL, "patterns, none of which may occur"),
    QUERN_END,
};

/* ---- Counting ---- */

struct counts {
    int64_t characters, words, letters, visible;
};

enum sort { SORT_SPACE, SORT_LETTER, SORT_DIGIT, SORT_OTHER };

static enum sort sort_of(uint32_t code)
{
    if (code == ' ' || (code >= '\t' && code <= '\r') || code == 0x85)
        return SORT_SPACE;
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
    if (category >= UTF8PROC_CATEGORY_ZS && category <= UTF8PROC_CATEGORY_ZP)
        return SORT_SPACE;
    if (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_ME)
        return SORT_LETTER;
    return category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO ? SORT_DIGIT
                                                                                : SORT_OTHER;
}

/* A word is a run of characters without white space that has a letter or a digit. */
static struct counts count(quern_string text)
{
    struct counts counts = {0};
    bool in_word = false;
    for (size_t place = 0; place < text.size;) {
        enum sort sort = sort_of(quern_next_char(text, &place));
        counts.characters++;
        counts.letters += sort == SORT_LETTER;
        counts.visible += sort != SORT_SPACE;
        bool counted = in_word;
        in_word = sort != SORT_SPACE && (in_word || sort != SORT_OTHER);
        counts.words += in_word && !counted;
    }
    return counts;
}

static bool measures(const struct filter *filter)
{
    return filter->min_length || filter->max_length || filter->min_words || filter->max_words ||
           filter->min_letters > 0;
}

static quern_verdict drop(quern_call *call, const char *measure, int64_t number, const char *what)
{
    return quern_drop(call, "%s %lld %s%s", measure, (long long)number, what,
                      number == 1 ? "" : "s");
}

static quern_verdict check_counts(const struct filter *filter, struct counts counts,
                                  quern_call *call)
{
    if (counts.characters < filter->min_length)
        return drop(call, "shorter than", filter->min_length, "character");
    if (filter->max_length && counts.characters > filter->max_length)
        return drop(call, "longer than", filter->max_length, "character");
    if (counts.words < filter->min_words)
        return drop(call, "fewer than", filter->min_words, "word");
    if (filter->max_words && counts.words > filter->max_words)
        return drop(call, "more than", filter->max_words, "word");
    if ((double)counts.letters < filter->min_letters * (double)counts.visible)
        return quern_drop(call, "share of letters below %g", filter->min_letters);
    return QUERN_PASS;
}

/* ---- Patterns ---- */

static quern_verdict check_patterns(const struct filter *filter, quern_string text,
                                    quern_call *call)
{
    const char *found;
    quern_verdict verdict = patterns_find(&filter->drop_patterns, text, call, &found);
    if (verdict != QUERN_PASS)
        return verdict;
    if (found)
        return quern_drop(call, "'%s' occurs", found);
    if (!filter->keep.count)
        return QUERN_PASS;
    verdict = patterns_find(&filter->keep_patterns, text, call, &found);
    if (verdict == QUERN_PASS && !found)
        return quern_drop(call, "none of the patterns to keep occurs");
    return verdict;
}

/* ---- The stage ---- */

/* A maximum of 0 is none. */
static bool check_bounds(int64_t least, int64_t most, const char *name, const char *least_name,
                         quern_call *call)
{
    if (!most || most >= least)
        return true;
    quern_refuse(call, name, 0, 0, "%lld is below %s, %lld", (long long)most, least_name,
                 (long long)least);
    return false;
}

static void close(void *state)
{
    struct filter *filter = state;
    patterns_close(&filter->keep_patterns);
    patterns_close(&filter->drop_patterns);
}

static bool open(void *state, quern_call *call)
{
    struct filter *f = state;
    bool good = check_bounds(f->min_length, f->max_length, "max_length", "min_length", call);
    good &= check_bounds(f->min_words, f->max_words, "max_words", "min_words", call);
    good &= patterns_open(&f->keep_patterns, "keep", f->keep, call);
    good &= patterns_open(&f->drop_patterns, "drop", f->drop, call);
    if (!good)
        close(f);
    return good;
}

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    const struct filter *filter = state;
    quern_string text = quern_text(doc);
    quern_verdict verdict = measures(filter) ? check_counts(filter, count(text), call) : QUERN_PASS;
    return verdict == QUERN_PASS ? check_patterns(filter, text, call) : verdict;
}

QUERN_PLUGIN(filter) = {
    QUERN_HEAD("filter"),
    .summary = "Drops documents by length, share of letters, or patterns",
    .version = QUERN_VERSION,
    .mode = QUERN_EACH,
    .state_size = sizeof(struct filter),
    .options = options,
    .preserves = QUERN_ALL_SPANS,
    .keeps_text = true,
    .open = open,
    .process = process,
    .close = close,
};
