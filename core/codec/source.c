/*
 * source.c - reads inputs and cuts them into records.
 *
 * Everything is read, nothing is mapped: a file that shrinks while it is mapped kills the program,
 * and reading into one buffer that stays in the cache is no slower than the page faults of a map.
 * The buffer holds the record at hand and what one read brings along with it.
 */
#include "codec.h"
#include "cutter.h"
#include "filter.h"
#include "folder.h"
#include "packing.h"
#include "stream.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 256 << 10, KEPT = 16 << 20 };

/* A window on an input: bytes [begin, size) of the buffer are not used up yet. */
struct input {
    bool open;
    struct cutter cutter;
    struct buffer name; /* of the file, and of the member in it */
    size_t file_name_size;
    struct buffer bytes;
    size_t begin;
    size_t searched; /* no separator begins in [begin, searched) */
    bool ended;      /* there is no more to read */
    bool done;       /* a text was given that is all of it */
    uint64_t moved;  /* bytes of the input before those in the buffer */
    uint64_t line;   /* at `begin`, from 1 */
    uint64_t hash;   /* of the input up to `begin`, when it is traced */
    char *covered;   /* where a NUL stands behind a record, and what it took the place of */
    char cover;
};

struct source {
    const char *const *paths;
    size_t count, next;
    struct source_settings settings;
    struct folder *folders;
    size_t root_size;      /* of the path of the outermost of them */
    struct stream *stream; /* the open file */
    struct input input;
    uint64_t file, member;  /* done with */
    uint64_t files, newest; /* as in a place */
    struct stream_watch watch;
    uint64_t bytes_total, records;
};

static void complain(const struct source *source, struct problems *problems, uint64_t line,
                     const char *what, const char *why)
{
    problems_add(problems, QUERN_ERROR, (struct place){source->input.name.data, line, 0}, NULL,
                 "%s: %s", what, why);
}

/* ---- Opening and closing ---- */

/* Sizes are known when all inputs are files; one that is not there adds nothing. */
static uint64_t total_size(const char *const *paths, size_t count)
{
    uint64_t total = 0;
    for (size_t i = 0; i < count; i++) {
        struct stat status;
        bool standard = !strcmp(paths[i], "-");
        if ((standard ? fstat(STDIN_FILENO, &status) : stat(paths[i], &status)) != 0)
            continue;
        if (!S_ISREG(status.st_mode))
            return 0;
        total += (uint64_t)status.st_size;
    }
    return total;
}

struct source *source_open(const char *const *paths, size_t count,
                           const struct source_settings *settings)
{
    struct source *source = memory_new(1, sizeof *source);
    if (!source)
        return NULL;
    source->paths = paths;
    source->count = count;
    source->settings = *settings;
    if (!settings->record_max || settings->record_max > QUERN_TEXT_MAX)
        source->settings.record_max = QUERN_TEXT_MAX;
    source->bytes_total = total_size(paths, count);
    return source;
}

static void close_member(struct source *source)
{
    struct input *input = &source->input;
    input->open = false;
    input->bytes.size = 0;
    if (input->bytes.capacity > KEPT)
        buffer_free(&input->bytes);
    source->member++;
}

static void close_file(struct source *source)
{
    stream_close(source->stream);
    source->stream = NULL;
    source->member = 0;
    source->file++;
}

void source_close(struct source *source)
{
    if (!source)
        return;
    stream_close(source->stream);
    folder_leave_all(&source->folders);
    buffer_free(&source->input.name);
    buffer_free(&source->input.bytes);
    free(source);
}

void source_on_wait(struct source *source, void *user, bool (*wait)(void *user, int descriptor))
{
    source->watch.user = user;
    source->watch.wait = wait;
}

uint64_t source_bytes_read(const struct source *source)
{
    return source->watch.count;
}

uint64_t source_bytes_total(const struct source *source)
{
    return source->bytes_total;
}

/* ---- Reading ---- */

/* One byte of the buffer stays free, for a NUL behind the last record. */
static bool read_some(struct source *source, size_t room, const char **why)
{
    struct buffer *bytes = &source->input.bytes;
    *why = "out of memory";
    if (!buffer_reserve(bytes, room + 1))
        return false;
    size_t free_size = bytes->capacity - bytes->size - 1;
    ptrdiff_t count = stream_read(source->stream, bytes->data + bytes->size, free_size, why);
    if (count < 0)
        return false;
    source->input.ended = count == 0;
    bytes->size += (size_t)count;
    return true;
}

/* Moves what is not used up to the front of the buffer, which shrinks again after a long record. */
static void move_up(struct input *input)
{
    struct buffer *bytes = &input->bytes;
    size_t rest = bytes->size - input->begin;
    if (!input->begin)
        return;
    memmove(bytes->data, bytes->data + input->begin, rest);
    bytes->size = rest;
    input->searched -= input->begin;
    input->moved += input->begin;
    input->begin = 0;
    if (bytes->capacity > KEPT && rest < KEPT / 2) {
        char *smaller = realloc(bytes->data, KEPT);
        if (smaller) {
            bytes->data = smaller;
            bytes->capacity = KEPT;
        }
    }
}

/* A text gets a buffer of its size at once, and one byte to see the end; else a buffer grows to
 * twice what is in it. */
static size_t find_room(const struct source *source)
{
    const struct input *input = &source->input;
    uint64_t read = input->moved + input->bytes.size, size = stream_size(source->stream);
    if (!input->cutter.separator.size && size > read && size <= source->settings.record_max)
        return (size_t)(size - read) + 1;
    return input->bytes.size < CHUNK / 2 ? CHUNK - input->bytes.size : 1;
}

enum found { FOUND, TOO_LARGE, CANNOT_READ };

/* Finds where the record that starts at `begin` ends, and leaves `searched` there: at a separator,
 * which `*parted` tells, or at the end of the input. */
static enum found find_end(struct source *source, bool *parted, const char **why)
{
    struct input *input = &source->input;
    const struct buffer *bytes = &input->bytes;
    if (!input->cutter.separator.size && stream_size(source->stream) > source->settings.record_max)
        return TOO_LARGE;
    for (;;) {
        *parted =
            bytes->size &&
            cutter_find(&input->cutter, (quern_string){bytes->data, bytes->size}, &input->searched);
        if (!*parted && input->ended)
            input->searched = bytes->size;
        if (input->searched - input->begin > source->settings.record_max)
            return TOO_LARGE;
        if (*parted || input->ended)
            return FOUND;
        move_up(input);
        if (!read_some(source, find_room(source), why))
            return CANNOT_READ;
    }
}

/* ---- What an input holds ---- */

static const char byte_order_mark[] = "\xEF\xBB\xBF";

static size_t mark_size(const struct buffer *bytes)
{
    size_t size = sizeof byte_order_mark - 1;
    return bytes->size >= size && !memcmp(bytes->data, byte_order_mark, size) ? size : 0;
}

/* Finds the first byte that is not white space, or the end. */
static bool find_first(struct source *source, size_t *first, const char **why)
{
    struct input *input = &source->input;
    const struct buffer *bytes = &input->bytes;
    for (size_t at = 0;;) {
        if (at < bytes->size) {
            const char *begin = bytes->data + (at ? at : mark_size(bytes));
            at = (size_t)(json_skip_space(begin, bytes->data + bytes->size) - bytes->data);
        }
        if (at < bytes->size || input->ended) {
            *first = at;
            return true;
        }
        if (!read_some(source, CHUNK, why))
            return false;
    }
}

static bool is_object(const char *at, const char *end)
{
    const char *error, *why;
    const char *rest = *at == '{' ? json_skip_value(at, end, &error, &why) : NULL;
    return rest && json_skip_space(rest, end) == end;
}

static bool name_says_lines(const char *name)
{
    static const char *const endings[] = {".jsonl", ".ndjson"};
    size_t stem = packing_stem(name);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t size = strlen(endings[i]);
        if (stem > size && !memcmp(name + stem - size, endings[i], size))
            return true;
    }
    return false;
}

/* Whether the first line that is not empty is a JSON object. */
static bool begins_with_object(struct source *source, bool *is, const char **why)
{
    struct input *input = &source->input;
    size_t first;
    bool parted;
    if (!find_first(source, &first, why))
        return false;
    *is = first < input->bytes.size && input->bytes.data[first] == '{';
    if (!*is)
        return true;
    input->searched = first;
    enum found found = find_end(source, &parted, why);
    *is =
        found == FOUND && is_object(input->bytes.data + first, input->bytes.data + input->searched);
    input->searched = 0;
    return found != CANNOT_READ;
}

static bool decide_format(struct source *source, const char **why)
{
    struct input *input = &source->input;
    enum source_format format = source->settings.format;
    bool lines = name_says_lines(input->name.data);
    input->cutter = cutter_for(SOURCE_JSONL, source->settings.separator);
    if (format == SOURCE_AUTO && !lines && !begins_with_object(source, &lines, why))
        return false;
    if (format == SOURCE_AUTO)
        format = lines ? SOURCE_JSONL : SOURCE_TEXT;
    input->cutter = cutter_for(format, source->settings.separator);
    return true;
}

/* ---- From one input to the next ---- */

static bool is_folder(const char *path)
{
    struct stat status;
    return strcmp(path, "-") != 0 && stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool enter_folder(struct source *source, struct problems *problems)
{
    struct buffer *name = &source->input.name;
    if (name->data[name->size - 1] != '/')
        buffer_add_char(name, '/');
    source->root_size = name->size;
    return folder_enter(&source->folders, buffer_text(name), problems);
}

/* SOURCE_RECORD when there is the path of a file in the input's name. */
static enum source_result next_path(struct source *source, struct problems *problems)
{
    struct buffer *name = &source->input.name;
    for (;;) {
        int found = folder_next(&source->folders, name, problems);
        if (found < 0)
            return SOURCE_FAILED;
        if (!found && source->next == source->count)
            return SOURCE_END;
        if (!found) {
            buffer_clear(name);
            buffer_add_text(name, source->paths[source->next++]);
        }
        const char *path = buffer_text(name);
        if (name->failed) {
            problems->lost = true;
            return SOURCE_FAILED;
        }
        if (!found && is_folder(path)) {
            if (!enter_folder(source, problems))
                return SOURCE_FAILED;
        } else if (!found || filter_accepts(&source->settings, path + source->root_size)) {
            source->input.file_name_size = name->size;
            return SOURCE_RECORD;
        }
    }
}

/* Takes the file whose path was found into what places know of files. */
static void trace_file(struct source *source)
{
    const char *path = source->input.name.data;
    struct stat status;
    uint64_t known[] = {0, 0};
    bool standard = !strcmp(path, "-");
    if ((standard ? fstat(STDIN_FILENO, &status) : stat(path, &status)) == 0 &&
        S_ISREG(status.st_mode)) {
        known[0] = (uint64_t)status.st_size;
        known[1] = (uint64_t)status.st_mtim.tv_sec * 1000000000 + (uint64_t)status.st_mtim.tv_nsec;
    }
    if (known[1] > source->newest)
        source->newest = known[1];
    source->files = hash_add(source->files, path, strlen(path) + 1);
    source->files = hash_add(source->files, known, sizeof known);
}

static bool open_file(struct source *source, struct problems *problems)
{
    const char *path = source->input.name.data;
    int fd = STDIN_FILENO;
    if (strcmp(path, "-") != 0)
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd >= 0)
        source->stream = stream_open(fd, &source->watch, source->settings.format == SOURCE_FILE);
    if (source->stream)
        return true;
    complain(source, problems, 0, "cannot be opened", fd < 0 ? strerror(errno) : "out of memory");
    close_file(source);
    return false;
}

/* Archives made by `tar -c .` have a dot before every path. */
static const char *skip_here(const char *path)
{
    while (path[0] == '.' && path[1] == '/')
        path += 2;
    return path;
}

static void name_member(struct input *input, const char *member)
{
    input->name.size = input->file_name_size;
    if (member)
        buffer_print(&input->name, "!%s", member);
    buffer_text(&input->name);
}

/* Opens what comes next in the open file: SOURCE_END when that is nothing. */
static enum source_result open_member(struct source *source, struct problems *problems)
{
    struct input *input = &source->input;
    const char *member, *why;
    for (;; source->member++) {
        int next = stream_next(source->stream, &member, &why);
        if (!next)
            return SOURCE_END;
        if (member)
            member = skip_here(member);
        if (member && (path_is_hidden(member) || !filter_accepts(&source->settings, member)))
            continue;
        name_member(input, member);
        if (next > 0)
            break;
        complain(source, problems, 0, "cannot be read", why);
        source->member++;
        return SOURCE_FAILED;
    }
    buffer_clear(&input->bytes);
    input->begin = input->searched = 0;
    input->moved = 0;
    input->line = 1;
    input->hash = HASH_EMPTY;
    input->open = true;
    input->ended = input->done = false;
    if (decide_format(source, &why))
        return SOURCE_RECORD;
    complain(source, problems, 0, "cannot be read", why);
    close_member(source);
    return SOURCE_FAILED;
}

/* ---- Records ---- */

static void cover(struct input *input, char *at)
{
    input->covered = at;
    input->cover = *at;
    *at = '\0';
}

static void uncover(struct input *input)
{
    if (input->covered)
        *input->covered = input->cover;
    input->covered = NULL;
}

static void give(struct source *source, size_t end, struct record *record)
{
    struct input *input = &source->input;
    const struct cutter *cutter = &input->cutter;
    *record = (struct record){
        .bytes = {input->bytes.data + input->begin, end - input->begin},
        .format = cutter->format,
        .input = input->name.data,
        .offset = input->moved + input->begin,
        .line = input->line,
        .number = source->records++,
        .separator = cutter_between(cutter),
    };
}

/* What comes from a pipe has no time of change to be known by. */
static void trace_bytes(struct source *source, size_t next)
{
    struct input *input = &source->input;
    if (source->settings.traced && !stream_is_file(source->stream))
        input->hash = hash_add(input->hash, input->bytes.data + input->begin, next - input->begin);
}

/* Steps over the record that ends at `searched`, and what parts it from the next. */
static void step_over(struct source *source, bool parted)
{
    struct input *input = &source->input;
    const struct cutter *cutter = &input->cutter;
    size_t next = input->searched;
    if (parted)
        next += cutter->separator.size - cutter->behind;
    trace_bytes(source, next);
    input->line += cutter_count_lines(
        cutter, (quern_string){input->bytes.data + input->begin, next - input->begin}, parted);
    input->begin = input->searched = next;
}

static bool is_blank(const char *at, const char *end)
{
    return json_skip_space(at, end) == end;
}

static enum source_result fail(struct source *source, struct problems *problems, const char *why)
{
    struct input *input = &source->input;
    struct buffer what = {0};
    uint64_t read = input->moved + input->bytes.size;
    if (read)
        buffer_print(&what, "cannot be read on at byte %" PRIu64, read);
    else
        buffer_add_text(&what, "cannot be read");
    if (input->begin < input->bytes.size)
        buffer_print(&what, "; the record that begins at byte %" PRIu64 " is left out",
                     input->moved + input->begin);
    complain(source, problems, read ? input->line : 0, buffer_text(&what), why);
    buffer_free(&what);
    close_member(source);
    return SOURCE_FAILED;
}

/* Goes on behind a record of which more was read than there may be. */
static enum source_result pass_over(struct source *source, struct problems *problems)
{
    struct input *input = &source->input;
    const char *why = "";
    bool parted;
    char most[24];
    snprintf(most, sizeof most, "%" PRIu64, source->settings.record_max);
    complain(source, problems, input->line,
             "a record is left out that has more bytes than it may have", most);
    if (!input->cutter.separator.size) {
        close_member(source);
        return SOURCE_FAILED;
    }
    enum found found;
    do {
        quern_string part = {input->bytes.data + input->begin, input->searched - input->begin};
        input->line += cutter_count_lines(&input->cutter, part, false);
        trace_bytes(source, input->searched);
        input->begin = input->searched;
        found = find_end(source, &parted, &why);
    } while (found == TOO_LARGE);
    if (found == CANNOT_READ)
        return fail(source, problems, why);
    step_over(source, parted);
    return SOURCE_FAILED;
}

static enum source_result next_record(struct source *source, struct record *record,
                                      struct problems *problems)
{
    struct input *input = &source->input;
    const struct cutter *cutter = &input->cutter;
    const char *why;
    bool parted, whole = !cutter->separator.size;
    while (!input->done) {
        enum found found = find_end(source, &parted, &why);
        if (found != FOUND)
            return found == TOO_LARGE ? pass_over(source, problems) : fail(source, problems, why);
        if (input->begin == input->bytes.size && !whole)
            break;
        const char *bytes = input->bytes.data;
        if (cutter->skips_mark && !input->moved && !input->begin) {
            trace_bytes(source, mark_size(&input->bytes));
            input->begin = mark_size(&input->bytes);
        }
        size_t end = input->searched + (parted ? cutter->before : 0);
        if (parted && cutter->carriage && end > input->begin && bytes[end - 1] == '\r')
            end--;
        bool blank = cutter->skips_blank && is_blank(bytes + input->begin, bytes + end);
        if (!blank)
            give(source, end, record);
        step_over(source, parted);
        input->done = whole;
        if (!blank) {
            cover(input, input->bytes.data + end);
            return SOURCE_RECORD;
        }
    }
    return SOURCE_END;
}

enum source_result source_next(struct source *source, struct record *record,
                               struct problems *problems)
{
    uncover(&source->input);
    for (;;) {
        enum source_result result = SOURCE_RECORD;
        if (!source->stream) {
            result = next_path(source, problems);
            if (result == SOURCE_RECORD && source->settings.traced)
                trace_file(source);
            if (result == SOURCE_RECORD && !open_file(source, problems))
                return SOURCE_FAILED;
            source->file += result == SOURCE_FAILED;
            if (result != SOURCE_RECORD)
                return result;
        }
        if (!source->input.open)
            result = open_member(source, problems);
        if (result == SOURCE_END)
            close_file(source);
        else if (result == SOURCE_RECORD)
            result = next_record(source, record, problems);
        if (result != SOURCE_END)
            return result;
        if (source->input.open)
            close_member(source);
    }
}

/* ---- Places ---- */

struct source_place source_place(const struct source *source)
{
    const struct input *input = &source->input;
    struct source_place place = {.file = source->file,
                                 .line = 1,
                                 .records = source->records,
                                 .files = source->files,
                                 .newest = source->newest};
    if (!source->stream)
        return place;
    place.member = source->member + input->done;
    if (input->open && !input->done) {
        place.offset = input->moved + input->begin;
        place.line = input->line;
        place.bytes = input->hash;
    }
    return place;
}

/* Steps over what a file begins with, up to a place in the member that is open. */
static bool skip_bytes(struct source *source, struct source_place place, const char **why)
{
    struct input *input = &source->input;
    struct buffer *bytes = &input->bytes;
    size_t there = place.offset < bytes->size ? (size_t)place.offset : bytes->size;
    input->line = place.line;
    trace_bytes(source, there);
    input->begin = input->searched = there;
    if (place.offset > there) {
        input->moved = place.offset;
        bytes->size = input->begin = input->searched = 0;
        if (!stream_skip(source->stream, place.offset - there, &input->hash, why))
            return false;
    }
    *why = "it holds other bytes than it did";
    bool traced = source->settings.traced && !stream_is_file(source->stream);
    if (!traced)
        input->hash = place.bytes;
    return input->hash == place.bytes;
}

static bool skip_members(struct source *source, struct source_place place,
                         struct problems *problems)
{
    const char *member, *why = "there are fewer files in it than there were";
    for (; source->member < place.member; source->member++)
        if (stream_next(source->stream, &member, &why) == 0)
            break;
    bool fine = source->member == place.member;
    if (fine && place.offset)
        fine = open_member(source, problems) == SOURCE_RECORD && skip_bytes(source, place, &why);
    if (!fine)
        complain(source, problems, 0, "there is no going on in it", why);
    return fine;
}

/* To the path of the next file, or a folder that cannot be read. SOURCE_END, with a problem, when it
 * is not what it was: a file that was changed since is newer than all were then. */
static enum source_result skip_file(struct source *source, struct source_place place,
                                    struct problems *problems)
{
    enum source_result result = next_path(source, problems);
    if (result == SOURCE_END)
        problems_add(problems, QUERN_ERROR, (struct place){0}, NULL,
                     "there are fewer inputs than there were");
    if (result != SOURCE_RECORD || !source->settings.traced)
        return result;
    trace_file(source);
    if (source->newest <= place.newest)
        return SOURCE_RECORD;
    complain(source, problems, 0, "there is no going on behind it", "it has changed");
    return SOURCE_END;
}

static bool check_files(const struct source *source, struct source_place place,
                        struct problems *problems)
{
    if (source->files == place.files)
        return true;
    problems_add(problems, QUERN_ERROR, (struct place){source->input.name.data, 0, 0}, NULL,
                 "there is no going on behind it: up to there, inputs have been added, taken away, "
                 "or replaced");
    return false;
}

bool source_skip(struct source *source, struct source_place place, struct problems *problems)
{
    bool inside = place.member || place.offset;
    for (; source->file < place.file; source->file++)
        if (skip_file(source, place, problems) == SOURCE_END)
            return false;
    source->records = place.records;
    if (inside && skip_file(source, place, problems) != SOURCE_RECORD)
        return false;
    if (!check_files(source, place, problems))
        return false;
    return !inside || (open_file(source, problems) && skip_members(source, place, problems));
}
