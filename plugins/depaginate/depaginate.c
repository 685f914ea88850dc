/*
 * depaginate: takes out what pages have put into a text.
 */
#include "depaginate.h"

struct depaginate {
    bool join, unwrap, report;
};

static const quern_option options[] = {
    QUERN_BOOL(struct depaginate, join, true,
               "join a paragraph that a page break split, where paragraphs are lines of their own"),
    QUERN_BOOL(struct depaginate, unwrap, false, "put each hard-wrapped paragraph into one line"),
    QUERN_BOOL(struct depaginate, report, false,
               "tell what was found to be furniture, and what was left alone"),
    QUERN_END};

static quern_verdict take_pages_out(const struct depaginate *depaginate, quern_document *doc,
                                    quern_call *call)
{
    struct lines lines = {0};
    struct pages pages = {0};
    if (!lines_read(&lines, quern_text(doc), call) ||
        !pages_find(&pages, &lines, depaginate->report, call))
        return quern_fail(call, "out of memory");
    if (!pages.count && !pages.mark_count)
        return QUERN_PASS;
    const uint8_t *joints = breaks_decide(&pages, &lines, depaginate->join, call);
    if (!joints)
        return quern_fail(call, "out of memory");
    pages_add_layer(doc, &pages, &lines);
    quern_editor *edit = quern_edit(doc, call);
    pages_edit(edit, &pages, &lines, joints);
    return quern_commit(edit);
}

static quern_verdict unwrap(quern_document *doc, quern_call *call)
{
    struct lines lines = {0};
    if (!lines_read(&lines, quern_text(doc), call))
        return quern_fail(call, "out of memory");
    quern_editor *edit = quern_edit(doc, call);
    if (lines_unwrap(edit, &lines, call))
        return quern_commit(edit);
    quern_abandon(edit);
    return quern_fail(call, "out of memory");
}

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    const struct depaginate *depaginate = state;
    quern_verdict verdict = take_pages_out(depaginate, doc, call);
    return verdict == QUERN_PASS && depaginate->unwrap ? unwrap(doc, call) : verdict;
}

QUERN_PLUGIN(depaginate) = {
    QUERN_HEAD("depaginate"),
    .summary = "Takes out running heads and feet, page numbers and page marks",
    .version = QUERN_VERSION,
    .mode = QUERN_EACH,
    .state_size = sizeof(struct depaginate),
    .options = options,
    .writes = "page",
    .process = process,
};
