/*
 * template: at most `keep` blank lines in a run.
 */
#include <quern.h>

struct settings {
    int64_t keep;
};

static const quern_option options[] = {
    QUERN_INT(struct settings, keep, 1, 0, 100, "blank lines that a run may keep"),
    QUERN_END,
};

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    const struct settings *settings = state;
    quern_editor *edit = quern_edit(doc, call);
    int64_t blank = 0;
    for (quern_line line = {0}; quern_next_line(quern_text(doc), &line);) {
        blank = line.blank ? blank + 1 : 0;
        if (blank > settings->keep)
            quern_cut(edit, line.begin, line.next, "blank-run");
    }
    return quern_commit(edit);
}

QUERN_PLUGIN(template) = {
    QUERN_HEAD("template"),
    .summary = "Squeezes runs of blank lines",
    .version = "1.0",
    .mode = QUERN_EACH,
    .state_size = sizeof(struct settings),
    .options = options,
    .preserves = QUERN_ALL_SPANS,
    .process = process,
};
