/*
 * What decides on the output of a run, and from where another one goes on with it.
 *
 * All stages are known by the files that they came from, and all that a pipeline says by its
 * meaning. What a stage reads while it is opened, such as a model, the run does not know.
 */
#include "runner/checkpoints.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct checkpoints {
    struct checkpoints_settings settings;
    struct buffer identity;
    char mark[24];
    struct journal_content before;
    struct journal_writer writer;
    struct checkpoint noted;
    struct buffer statistics; /* of it */
    bool is_noted;            /* and not written yet */
    int64_t written;          /* when the last one was, in seconds */
};

static int64_t now(void)
{
    struct timespec time = {0};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

/* ---- Identity ---- */

static void add_item(struct buffer *identity, const char *what, const char *value)
{
    buffer_append(identity, what, strlen(what) + 1);
    buffer_append(identity, value, strlen(value) + 1);
}

/* A file that cannot be read is as good as an empty one. */
static uint64_t hash_file(const char *path)
{
    char bytes[1 << 16];
    uint64_t hash = HASH_EMPTY;
    ssize_t count;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return hash;
    while ((count = read(file, bytes, sizeof bytes)) > 0)
        hash = hash_add(hash, bytes, (size_t)count);
    close(file);
    return hash;
}

static void add_hash(struct buffer *identity, const char *what, uint64_t hash)
{
    char text[24];
    snprintf(text, sizeof text, "%016" PRIx64, hash);
    add_item(identity, what, text);
}

/* The library that this is in. */
static void add_program(struct buffer *identity)
{
    static const char version[] = QUERN_VERSION;
    Dl_info info;
    bool found = dladdr(version, &info) && info.dli_fname;
    add_hash(identity, "this program", found ? hash_file(info.dli_fname) : HASH_EMPTY);
}

static void add_pipeline(struct buffer *identity, const struct pipeline *pipeline)
{
    struct buffer meaning = {0};
    pipeline_describe(pipeline, &meaning);
    add_hash(identity, "what the pipeline says", hash_add(HASH_EMPTY, meaning.data, meaning.size));
    identity->failed |= meaning.failed;
    buffer_free(&meaning);
}

static void add_plugin(struct buffer *identity, const struct plugin *plugin)
{
    struct buffer what = {0};
    buffer_print(&what, "the plugin %s", plugin->stage->name);
    add_hash(identity, buffer_text(&what), hash_file(plugin->path));
    buffer_free(&what);
}

static void identify(struct checkpoints *checkpoints, const struct pipeline *pipeline)
{
    struct buffer *identity = &checkpoints->identity;
    const char *path = checkpoints->settings.path;
    add_item(identity, "the command line", checkpoints->settings.command);
    add_pipeline(identity, pipeline);
    add_program(identity);
    for (size_t i = 0; i < pipeline->step_count; i++)
        add_plugin(identity, pipeline->steps[i].plugin);
    uint64_t hash = hash_add(HASH_EMPTY, identity->data, identity->size);
    snprintf(checkpoints->mark, sizeof checkpoints->mark, "%016" PRIx64,
             hash_add(hash, path, strlen(path)));
    checkpoints->writer = (struct journal_writer){
        .path = path, .identity = {identity->data, identity->size}, .file = -1};
}

static const char *take_text(quern_string *rest)
{
    const char *text = rest->data, *end = rest->size ? memchr(text, '\0', rest->size) : NULL;
    if (!end)
        return NULL;
    rest->data = end + 1;
    rest->size -= (size_t)(end + 1 - text);
    return text;
}

/* What is not the same in both, and was `*before`; NULL when all is. */
static const char *find_difference(quern_string was, quern_string is, const char **before)
{
    const char *what;
    while ((what = take_text(&is))) {
        const char *value = take_text(&is), *what_before = take_text(&was);
        *before = take_text(&was);
        if (!*before || !value || strcmp(what, what_before) != 0 || strcmp(value, *before) != 0)
            return what;
    }
    return NULL;
}

static bool check_identity(const struct checkpoints *checkpoints, struct problems *problems)
{
    const char *before;
    const struct place place = {.file = checkpoints->settings.path};
    const char *what =
        find_difference(checkpoints->before.identity, checkpoints->writer.identity, &before);
    if (!what)
        return true;
    bool shown = before && !strcmp(what, "the command line");
    problems_add(problems, QUERN_ERROR, place,
                 "put that back as it was, or remove this file to begin anew",
                 "the run cannot go on: %s is not what it was%s%s", what, shown ? ": " : "",
                 shown ? before : "");
    return false;
}

/* ---- Opening ---- */

static bool look_back(struct checkpoints *checkpoints, struct problems *problems)
{
    const struct journal_content *before = &checkpoints->before;
    const struct place place = {.file = checkpoints->settings.path};
    if (!journal_read(place.file, &checkpoints->before, problems))
        return false;
    checkpoints->noted.quarantine_first = checkpoints->settings.resume && before->broken;
    if (!before->identity.size)
        return true;
    if (checkpoints->settings.resume)
        return check_identity(checkpoints, problems);
    if (before->ended)
        return true;
    problems_add(problems, QUERN_ERROR, place,
                 "--resume goes on with it; to begin anew, remove this file",
                 "it is that of a run that has not come to its end");
    return false;
}

struct checkpoints *checkpoints_open(const struct pipeline *pipeline,
                                     const struct checkpoints_settings *settings,
                                     struct problems *problems)
{
    struct checkpoints *checkpoints = memory_new(1, sizeof *checkpoints);
    if (checkpoints) {
        checkpoints->settings = *settings;
        identify(checkpoints, pipeline);
        checkpoints->settings.command = NULL; /* it need not stay */
        if (!checkpoints->identity.failed && look_back(checkpoints, problems))
            return checkpoints;
    }
    if (!problems->errors)
        problems_add(problems, QUERN_ERROR, (struct place){0}, NULL, "out of memory");
    checkpoints_close(checkpoints);
    return NULL;
}

void checkpoints_close(struct checkpoints *checkpoints)
{
    if (!checkpoints)
        return;
    if (checkpoints->writer.file >= 0)
        close(checkpoints->writer.file);
    buffer_free(&checkpoints->identity);
    buffer_free(&checkpoints->statistics);
    journal_free(&checkpoints->before);
    free(checkpoints);
}

bool checkpoints_have_ended(const struct checkpoints *checkpoints, int *status)
{
    *status = checkpoints->before.status;
    return checkpoints->settings.resume && checkpoints->before.ended;
}

/* Where nothing was written yet, the output is begun anew. */
static bool choose(struct checkpoints *checkpoints, const char *path,
                   const struct sink_settings *settings)
{
    const struct journal_content *before = &checkpoints->before;
    quern_string statistics;
    for (size_t i = before->count; checkpoints->settings.resume && i-- > 0;) {
        struct checkpoint one;
        if (!journal_unpack(before->checkpoints[i], &one, &statistics))
            continue;
        checkpoints->noted = (struct checkpoint){.quarantine_first = one.quarantine_first};
        if (one.sink.bytes && !sink_reaches(path, settings, one.sink))
            continue;
        checkpoints_note(checkpoints, &one, statistics);
        return true;
    }
    return false;
}

struct sink *checkpoints_open_sink(struct checkpoints *checkpoints, const char *path,
                                   const struct sink_settings *settings, struct problems *problems)
{
    if (choose(checkpoints, path, settings) && checkpoints->noted.sink.bytes)
        return sink_resume(path, settings, checkpoints->noted.sink, problems);
    return sink_open(path, settings, problems);
}

/* ---- In the run ---- */

const char *checkpoints_mark(const struct checkpoints *checkpoints)
{
    return checkpoints->mark;
}

const struct checkpoint *checkpoints_last(const struct checkpoints *checkpoints,
                                          quern_string *statistics)
{
    *statistics = (quern_string){checkpoints->statistics.data, checkpoints->statistics.size};
    return &checkpoints->noted;
}

bool checkpoints_begin(struct checkpoints *checkpoints, struct problems *problems)
{
    const struct buffer *statistics = &checkpoints->statistics;
    checkpoints->is_noted = false;
    checkpoints->written = now();
    return journal_begin(&checkpoints->writer, &checkpoints->noted,
                         (quern_string){statistics->data, statistics->size}, problems);
}

bool checkpoints_are_due(const struct checkpoints *checkpoints)
{
    return now() - checkpoints->written >= checkpoints->settings.interval;
}

void checkpoints_note(struct checkpoints *checkpoints, const struct checkpoint *checkpoint,
                      quern_string statistics)
{
    checkpoints->noted = *checkpoint;
    buffer_clear(&checkpoints->statistics);
    buffer_add_string(&checkpoints->statistics, statistics);
    checkpoints->is_noted = !checkpoints->statistics.failed;
}

bool checkpoints_are_noted(const struct checkpoints *checkpoints)
{
    return checkpoints->is_noted;
}

bool checkpoints_write(struct checkpoints *checkpoints, struct problems *problems)
{
    const struct buffer *statistics = &checkpoints->statistics;
    checkpoints->is_noted = false;
    checkpoints->written = now();
    return journal_add(&checkpoints->writer, &checkpoints->noted,
                       (quern_string){statistics->data, statistics->size}, problems);
}

bool checkpoints_end(struct checkpoints *checkpoints, int status, struct problems *problems)
{
    return journal_end(&checkpoints->writer, status, problems);
}
