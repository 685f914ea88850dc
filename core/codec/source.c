/*
 * source.c - reads inputs and cuts them into records.
 *
 * Everything is read, nothing is mapped: a file that shrinks while it is mapped kills the program,
 * and reading into one buffer that stays in the cache is no slower than the page faults of a map.
 * A text is held as a whole, in one buffer of its size; of JSON Lines no more than a line and what
 * one read brings along with it.
 */
#include "codec.h"
#include "folder.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 256 << 10, KEPT = 16 << 20 };

/* A window on an input: bytes [begin, size) of the buffer are not used up yet. */
struct input {
    int fd; /* -1 when none is open */
    struct buffer name, bytes;
    size_t begin;
    size_t searched; /* there is no LF in [begin, searched) */
    bool ended;
    bool regular;   /* a file, which never lets wait */
    bool text;      /* the format */
    uint64_t size;  /* of a file; else 0 */
    uint64_t moved; /* bytes of the input before those in the buffer */
    uint64_t line;  /* the last one that was read, from 1 */
};

struct source {
    const char *const *paths;
    size_t count, next;
    enum source_format format;
    struct folder *folders;
    struct input input;
    uint64_t bytes_read, bytes_total, records;
    bool (*wait)(void *user, int descriptor);
    void *waiter;
};

static void complain(const struct source *source, struct problems *problems, const char *what)
{
    const char *why = errno == ENOMEM ? "out of memory" : strerror(errno);
    problems_add(problems, QUERN_ERROR, (struct place){source->input.name.data, 0, 0}, NULL,
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

struct source *source_open(const char *const *paths, size_t count, enum source_format format)
{
    struct source *source = memory_new(1, sizeof *source);
    if (!source)
        return NULL;
    source->paths = paths;
    source->count = count;
    source->format = format;
    source->input.fd = -1;
    source->bytes_total = total_size(paths, count);
    return source;
}

static void close_input(struct input *input)
{
    if (input->fd > STDIN_FILENO)
        close(input->fd);
    input->fd = -1;
    input->bytes.size = 0;
    if (input->bytes.capacity > KEPT)
        buffer_free(&input->bytes);
}

void source_close(struct source *source)
{
    if (!source)
        return;
    close_input(&source->input);
    folder_leave_all(&source->folders);
    buffer_free(&source->input.name);
    buffer_free(&source->input.bytes);
    free(source);
}

void source_on_wait(struct source *source, void *user, bool (*wait)(void *user, int descriptor))
{
    source->waiter = user;
    source->wait = wait;
}

uint64_t source_bytes_read(const struct source *source)
{
    return source->bytes_read;
}

uint64_t source_bytes_total(const struct source *source)
{
    return source->bytes_total;
}

/* ---- Reading ---- */

static bool read_some(struct source *source, size_t room)
{
    struct input *input = &source->input;
    if (!buffer_reserve(&input->bytes, room)) {
        errno = ENOMEM;
        return false;
    }
    errno = EINTR;
    if (!input->regular && source->wait && !source->wait(source->waiter, input->fd))
        return false;
    ssize_t count = read(input->fd, input->bytes.data + input->bytes.size,
                         input->bytes.capacity - input->bytes.size);
    if (count < 0)
        return false;
    input->ended = count == 0;
    input->bytes.size += (size_t)count;
    source->bytes_read += (uint64_t)count;
    return true;
}

/* Moves what is not used up to the front of the buffer, which shrinks again after a long line. */
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

/* Finds the end of the line that starts at `begin`, reading on as it takes. The line has no LF when
 * the input ends without one. */
static bool find_line(struct source *source, size_t *end)
{
    struct input *input = &source->input;
    struct buffer *bytes = &input->bytes;
    for (;;) {
        size_t rest = bytes->size - input->searched;
        char *found = rest ? memchr(bytes->data + input->searched, '\n', rest) : NULL;
        *end = found ? (size_t)(found - bytes->data) : bytes->size;
        input->searched = *end;
        if (found || input->ended)
            return true;
        move_up(input);
        if (!read_some(source, bytes->size < CHUNK / 2 ? CHUNK - bytes->size : 1))
            return false;
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
static bool find_first(struct source *source, size_t *first)
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
        if (!read_some(source, CHUNK))
            return false;
    }
}

static bool is_object(const char *at, const char *end)
{
    const char *error, *why;
    const char *rest = *at == '{' ? json_skip_value(at, end, &error, &why) : NULL;
    return rest && json_skip_space(rest, end) == end;
}

static bool name_says_lines(const struct buffer *name)
{
    static const char *const endings[] = {".jsonl", ".ndjson"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t size = strlen(endings[i]);
        if (name->size > size && !memcmp(name->data + name->size - size, endings[i], size))
            return true;
    }
    return false;
}

/* Looks at the name, then at the first line that is not empty. */
static bool decide_format(struct source *source)
{
    struct input *input = &source->input;
    size_t first, end;
    input->text = source->format == SOURCE_TEXT;
    if (source->format != SOURCE_AUTO || name_says_lines(&input->name))
        return true;
    if (!find_first(source, &first))
        return false;
    input->text = first == input->bytes.size || input->bytes.data[first] != '{';
    if (input->text)
        return true;
    input->searched = first;
    if (!find_line(source, &end))
        return false;
    input->text = !is_object(input->bytes.data + first, input->bytes.data + end);
    input->searched = 0;
    return true;
}

/* ---- From one input to the next ---- */

static enum source_result fail(struct source *source, struct problems *problems, const char *what)
{
    complain(source, problems, what);
    close_input(&source->input);
    return SOURCE_FAILED;
}

/* SOURCE_RECORD when there is a path in the input's name. */
static enum source_result next_path(struct source *source, struct problems *problems)
{
    struct input *input = &source->input;
    int found = folder_next(&source->folders, &input->name, problems);
    if (found < 0)
        return SOURCE_FAILED;
    if (!found && source->next == source->count)
        return SOURCE_END;
    if (!found) {
        buffer_clear(&input->name);
        buffer_add_text(&input->name, source->paths[source->next++]);
    }
    buffer_text(&input->name);
    if (!input->name.failed)
        return SOURCE_RECORD;
    problems->lost = true;
    return SOURCE_FAILED;
}

static bool is_standard_input(const struct source *source)
{
    return !source->folders && !strcmp(source->input.name.data, "-");
}

/* SOURCE_RECORD when an input is open, of which the format is known; SOURCE_END when the path was
 * that of a folder. */
static enum source_result open_input(struct source *source, struct problems *problems)
{
    struct input *input = &source->input;
    struct stat status;
    bool standard = is_standard_input(source);
    input->fd = standard ? STDIN_FILENO : open(input->name.data, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (input->fd < 0 || fstat(input->fd, &status) != 0)
        return fail(source, problems, "cannot be opened");
    if (S_ISDIR(status.st_mode) && !standard) {
        close_input(input);
        if (input->name.data[input->name.size - 1] != '/')
            buffer_add_char(&input->name, '/');
        return folder_enter(&source->folders, buffer_text(&input->name), problems) ? SOURCE_END
                                                                                   : SOURCE_FAILED;
    }
    input->begin = input->searched = 0;
    input->moved = input->line = 0;
    input->ended = false;
    input->regular = S_ISREG(status.st_mode);
    input->size = input->regular ? (uint64_t)status.st_size : 0;
    return decide_format(source) ? SOURCE_RECORD : fail(source, problems, "cannot be read");
}

/* ---- Records ---- */

static enum source_result give(struct source *source, size_t end, struct record *record)
{
    const struct input *input = &source->input;
    *record = (struct record){
        .bytes = {input->bytes.data + input->begin, end - input->begin},
        .format = input->text ? RECORD_TEXT : RECORD_JSONL,
        .input = input->name.data,
        .offset = input->moved + input->begin,
        .line = input->line,
        .number = source->records++,
    };
    return SOURCE_RECORD;
}

/* A text is its whole input. One byte more than its size is room to see the end, and for a NUL. */
static enum source_result next_text(struct source *source, struct record *record,
                                    struct problems *problems)
{
    struct input *input = &source->input;
    struct buffer *bytes = &input->bytes;
    if (input->line++)
        return SOURCE_END;
    size_t room = input->size > bytes->size ? (size_t)(input->size - bytes->size) + 1 : CHUNK;
    bool fits = input->size <= QUERN_TEXT_MAX;
    for (; fits && !input->ended; room = 1) {
        if (!read_some(source, room))
            return fail(source, problems, "cannot be read");
        fits = bytes->size <= QUERN_TEXT_MAX;
    }
    if (fits && buffer_reserve(bytes, 1)) {
        bytes->data[bytes->size] = '\0';
        return give(source, bytes->size, record);
    }
    if (fits) {
        errno = ENOMEM;
        return fail(source, problems, "cannot be read");
    }
    errno = EFBIG;
    return fail(source, problems, "a text can have no more than 4 GiB");
}

static bool is_blank(const char *at, const char *end)
{
    return json_skip_space(at, end) == end;
}

/* Lines that hold nothing are passed over. */
static enum source_result next_line(struct source *source, struct record *record,
                                    struct problems *problems)
{
    struct input *input = &source->input;
    struct buffer *bytes = &input->bytes;
    for (;;) {
        size_t end;
        if (!find_line(source, &end))
            return fail(source, problems, "cannot be read");
        if (input->begin == bytes->size)
            return SOURCE_END;
        if (!input->line++)
            input->begin += mark_size(bytes);
        bool blank = is_blank(bytes->data + input->begin, bytes->data + end);
        if (!blank)
            give(source, end, record);
        size_t next = end < bytes->size ? end + 1 : end;
        input->begin = input->searched = next;
        if (!blank)
            return SOURCE_RECORD;
    }
}

enum source_result source_next(struct source *source, struct record *record,
                               struct problems *problems)
{
    for (;;) {
        enum source_result result = SOURCE_RECORD;
        if (source->input.fd < 0) {
            result = next_path(source, problems);
            if (result != SOURCE_RECORD)
                return result;
            result = open_input(source, problems);
        }
        if (result == SOURCE_RECORD)
            result = source->input.text ? next_text(source, record, problems)
                                        : next_line(source, record, problems);
        if (result != SOURCE_END)
            return result;
        close_input(&source->input);
    }
}
