/*
 * set: removes and sets metadata.
 */
#include <quern.h>

struct set {
    quern_list remove;
    quern_map metadata;
};

static const quern_option options[] = {
    QUERN_MAP(struct set, metadata, "values to set, in place of those that are there"),
    QUERN_LIST(struct set, remove, NULL, "keys to remove, before any is set"),
    QUERN_END,
};

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    const struct set *set = state;
    (void)call;
    for (size_t i = 0; i < set->remove.count; i++)
        quern_set_metadata(doc, set->remove.items[i], (quern_string){0});
    for (size_t i = 0; i < set->metadata.count; i++)
        quern_set_metadata(doc, set->metadata.items[i].key, set->metadata.items[i].json);
    return QUERN_PASS;
}

QUERN_PLUGIN(set) = {
    QUERN_HEAD("set"),
    .summary = "Sets and removes metadata",
    .version = QUERN_VERSION,
    .mode = QUERN_EACH,
    .state_size = sizeof(struct set),
    .options = options,
    .preserves = QUERN_ALL_SPANS,
    .keeps_text = true,
    .process = process,
};
