/*
 * depaginate: takes out what pages have put into a text.
 */
#include "depaginate.h"

#include <errno.h>

static const quern_option options[] = {
    QUERN_REAL(struct depaginate, confidence, 0.99, 0.5, 0.9999,
               "how sure to be of pages before they are taken out"),
    QUERN_INT(struct depaginate, min_pages, 1, 1, 1000000,
              "leave a text alone in which fewer pages are found"),
    QUERN_INT(struct depaginate, lines_per_page, 0, 0, 1000,
              "lines from one page to the next, where that is known; 0 if not"),
    QUERN_LIST(struct depaginate, keep, NULL, "lines that match one of these patterns stay"),
    QUERN_LIST(struct depaginate, remove, NULL,
               "lines that match one of these patterns are page marks"),
    QUERN_BOOL(struct depaginate, join, true,
               "join a paragraph that a page break split, where paragraphs are lines of their own"),
    QUERN_BOOL(struct depaginate, unwrap, false, "put each hard-wrapped paragraph into one line"),
    QUERN_BOOL(struct depaginate, hyphens, true,
               "rejoin words that a hyphen parts where lines are put together"),
    QUERN_TEXT(struct depaginate, words, NULL,
               "file with words, one a line, to tell what a hyphen has parted"),
    QUERN_BOOL(struct depaginate, report, false,
               "tell what was found to be furniture, and what was left alone"),
    QUERN_END};

static bool open_words(struct depaginate *depaginate, quern_call *call)
{
    if (!depaginate->words || words_load(&depaginate->known, depaginate->words))
        return true;
    quern_refuse(call, "words", 0, 0, "cannot read '%s': %s", depaginate->words, strerror(errno));
    return false;
}

static void finish(void *state)
{
    struct depaginate *depaginate = state;
    patterns_close(&depaginate->kept);
    patterns_close(&depaginate->removed);
    words_free(&depaginate->known);
}

static bool prepare(void *state, quern_call *call)
{
    struct depaginate *depaginate = state;
    bool good = patterns_open(&depaginate->kept, "keep", depaginate->keep, call);
    good &= patterns_open(&depaginate->removed, "remove", depaginate->remove, call);
    good &= open_words(depaginate, call);
    if (!good)
        finish(state);
    return good;
}

static quern_verdict fail_for_memory(quern_call *call)
{
    return quern_fail(call, "out of memory");
}

/* Words are asked for only where a line is put behind another. */
static bool joins_lines(const struct pages *pages, const uint8_t *joints)
{
    return pages->count && memchr(joints, JOINT_SPACE, pages->count);
}

static quern_verdict take_pages_out(const struct depaginate *depaginate, quern_document *doc,
                                    quern_call *call)
{
    struct lines lines = {0};
    struct pages pages = {0};
    struct hyphens hyphens = {0};
    if (!lines_read(&lines, quern_text(doc), call) || !pages_find(&pages, &lines, depaginate, call))
        return fail_for_memory(call);
    if (!pages.count && !pages.mark_count)
        return QUERN_PASS;
    const uint8_t *joints = breaks_decide(&pages, &lines, depaginate->join, call);
    if (!joints)
        return fail_for_memory(call);
    bool asked = depaginate->hyphens && joins_lines(&pages, joints);
    if (asked && !hyphens_read(&hyphens, &lines, &depaginate->known, call))
        return fail_for_memory(call);
    pages_add_layer(doc, &pages, &lines);
    quern_editor *edit = quern_edit(doc, call);
    pages_edit(edit, &pages, &lines, joints, asked ? &hyphens : NULL);
    return quern_commit(edit);
}

static quern_verdict unwrap(const struct depaginate *depaginate, quern_document *doc,
                            quern_call *call)
{
    struct lines lines = {0};
    struct hyphens hyphens;
    if (!lines_read(&lines, quern_text(doc), call) ||
        (depaginate->hyphens && !hyphens_read(&hyphens, &lines, &depaginate->known, call)))
        return fail_for_memory(call);
    if (columns_stand_side_by_side(&lines)) {
        quern_report(call, QUERN_WARNING, 0, lines.text.size,
                     "two columns stand side by side: their paragraphs are left as they are");
        return QUERN_PASS;
    }
    quern_editor *edit = quern_edit(doc, call);
    lines_unwrap(edit, &lines, depaginate->hyphens ? &hyphens : NULL);
    return quern_commit(edit);
}

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    const struct depaginate *depaginate = state;
    quern_verdict verdict = take_pages_out(depaginate, doc, call);
    return verdict == QUERN_PASS && depaginate->unwrap ? unwrap(depaginate, doc, call) : verdict;
}

QUERN_PLUGIN(depaginate) = {
    QUERN_HEAD("depaginate"),
    .summary = "Takes out running heads and feet, page numbers and page marks",
    .version = QUERN_VERSION,
    .mode = QUERN_EACH,
    .state_size = sizeof(struct depaginate),
    .options = options,
    .writes = "page",
    .open = prepare,
    .process = process,
    .close = finish,
};
