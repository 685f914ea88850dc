/* shout: the letters a to z become capitals, one edit for each run of them. */
#include <quern.h>

struct shout {
    int64_t least;
};

static const quern_option options[] = {
    QUERN_INT(struct shout, least, 1, 1, INT64_MAX, "letters that a run needs to be changed"),
    QUERN_END,
};

static bool is_small(char byte)
{
    return byte >= 'a' && byte <= 'z';
}

/* False when memory is short. */
static bool raise_run(quern_document *doc, quern_editor *edit, quern_call *call, size_t begin,
                      size_t end)
{
    char *capitals = quern_scratch(call, end - begin, 1);
    if (!capitals)
        return false;
    for (size_t i = begin; i < end; i++)
        capitals[i - begin] = (char)(quern_text(doc).data[i] - 'a' + 'A');
    quern_replace(edit, begin, end, (quern_string){capitals, end - begin}, "capitals");
    return true;
}

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    const struct shout *shout = state;
    quern_string text = quern_text(doc);
    quern_editor *edit = quern_edit(doc, call);
    for (size_t begin = 0, end; begin < text.size; begin = end + 1) {
        for (end = begin; end < text.size && is_small(text.data[end]); end++)
            ;
        if (end - begin >= (size_t)shout->least && !raise_run(doc, edit, call, begin, end)) {
            quern_abandon(edit);
            return quern_fail(call, "out of memory");
        }
    }
    return quern_commit(edit);
}

QUERN_PLUGIN(shout) = {
    QUERN_HEAD("shout"),
    .summary = "Makes letters capital",
    .version = "1.0",
    .mode = QUERN_EACH,
    .state_size = sizeof(struct shout),
    .options = options,
    .preserves = QUERN_ALL_SPANS,
    .process = process,
};
