/*
 * Documents that failed, kept with what is needed to look at them and to run them again.
 */
#include "runner/quarantine.h"
#include "runner/report.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How many of the last messages about a document its report holds. */
enum { KEPT_REMARKS = 20 };

const char *const quarantine_formats[] = {[RECORD_TEXT] = "text",
                                          [RECORD_PART] = "part",
                                          [RECORD_MESSAGE] = "message",
                                          [RECORD_JSONL] = "jsonl"};

void shell_quote(struct buffer *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "%+,-./:=@_";
    if (*word && !word[strspn(word, plain)]) {
        buffer_add_text(out, word);
        return;
    }
    buffer_add_char(out, '\'');
    for (; *word; word++) {
        if (*word == '\'')
            buffer_add_text(out, "'\\''");
        else
            buffer_add_char(out, *word);
    }
    buffer_add_char(out, '\'');
}

/* ---- The folder ---- */

static json_t *fail(struct problems *problems, const char *path)
{
    problems_add(problems, QUERN_ERROR, (struct place){.file = path}, NULL,
                 "a document that failed cannot be kept: %s", strerror(errno));
    return NULL;
}

/* The next number, behind all that earlier runs have left. */
static uint64_t find_next(DIR *folder)
{
    uint64_t next = 1;
    struct dirent *entry;
    while ((entry = readdir(folder))) {
        char *end;
        uint64_t number = strtoull(entry->d_name, &end, 10);
        if (end != entry->d_name && *end == '.' && number >= next && number < UINT64_MAX)
            next = number + 1;
    }
    return next;
}

static bool look_for_next(struct quarantine *quarantine)
{
    DIR *folder = opendir(quarantine->folder);
    if (!folder && errno != ENOENT)
        return false;
    quarantine->next = 1;
    if (!folder)
        return true;
    quarantine->next = find_next(folder);
    closedir(folder);
    return true;
}

uint64_t quarantine_number(const char *name)
{
    char *end;
    uint64_t number = *name >= '0' && *name <= '9' ? strtoull(name, &end, 10) : 0;
    return number && number < UINT64_MAX && !strcmp(end, ".record") ? number : 0;
}

static bool open_folder(struct quarantine *quarantine)
{
    if (quarantine->made)
        return true;
    if (mkdir(quarantine->folder, 0777) != 0 && errno != EEXIST)
        return false;
    quarantine->made = quarantine->next || look_for_next(quarantine);
    return quarantine->made;
}

const char *quarantine_path(const char *folder, const char *prefix, uint64_t number,
                            const char *suffix, struct buffer *path)
{
    buffer_clear(path);
    buffer_print(path, "%s/%s%06" PRIu64 "%s", folder, prefix, number, suffix);
    return buffer_text(path);
}

/* Another run may use the folder at the same time. */
static int create(struct quarantine *quarantine, struct buffer *path)
{
    int file;
    do
        file = open(quarantine_path(quarantine->folder, "", quarantine->next, ".record", path),
                    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    while (file < 0 && errno == EEXIST && ++quarantine->next);
    return file;
}

static bool write_all(int file, quern_string bytes)
{
    while (bytes.size) {
        ssize_t written = write(file, bytes.data, bytes.size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes.data += written;
        bytes.size -= (size_t)written;
    }
    return true;
}

/* A run with checkpoints can go back to what was on the disk when one was written. */
static bool end_file(const struct quarantine *quarantine, int file, bool fine)
{
    fine = fine && (!quarantine->mark || fsync(file) == 0);
    int error = errno;
    if (close(file) != 0)
        return false;
    errno = error;
    return fine;
}

/* ---- The report ---- */

static json_t *make_messages(const struct outcome *outcome)
{
    static const char *const severities[] = {"note", "warning", "error"};
    json_t *messages = json_array();
    for (size_t i = 0; i < outcome->remark_count; i++) {
        const struct remark *remark = &outcome->remarks[i];
        if (!remark->input || remark->number != outcome->failure->record->number)
            continue;
        if (json_array_size(messages) == KEPT_REMARKS)
            json_array_remove(messages, 0);
        json_array_append_new(
            messages,
            json_pack("{s:o, s:s, s:I, s:I, s:o}", "stage",
                      json_of_text(remark->step ? remark->step->label : NULL), "severity",
                      severities[remark->severity], "line", (json_int_t)remark->line, "column",
                      (json_int_t)remark->column, "text", json_of_text(remark->text)));
    }
    return messages;
}

/* Any bytes, as the code points of the same numbers. */
static json_t *make_bytes(quern_string bytes)
{
    struct buffer text = {0};
    for (size_t i = 0; i < bytes.size; i++) {
        char character[4];
        buffer_append(&text, character, utf8_encode((unsigned char)bytes.data[i], character));
    }
    json_t *json = json_stringn(buffer_text(&text), text.size);
    buffer_free(&text);
    return json;
}

static json_t *make_command(const struct quarantine *quarantine, const struct record *record,
                            const char *path)
{
    struct buffer command = {0};
    buffer_print(&command, "%s --from %s ", quarantine->reproduce,
                 record->format == RECORD_JSONL ? "jsonl" : "text");
    shell_quote(&command, path);
    json_t *json = json_of_text(buffer_text(&command));
    buffer_free(&command);
    return json;
}

static json_t *make_report(const struct quarantine *quarantine, const struct outcome *outcome,
                           const char *path)
{
    const struct loss *failure = outcome->failure;
    const struct record *record = failure->record;
    const struct step *step = failure->step;
    return json_pack("{s:o, s:o, s:{s:o, s:I, s:I}, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s*}",
                     "record", json_of_text(path), "id", json_of_string(failure->id), "place",
                     "file", json_of_text(record->input), "byte", (json_int_t)record->offset,
                     "line", (json_int_t)record->line, "kind", quarantine_formats[record->format],
                     "separator", make_bytes(record->separator), "step",
                     json_of_text(step ? step->label : NULL), "stage",
                     json_of_text(step ? step->plugin->stage->name : NULL), "version",
                     json_of_text(step ? step->plugin->stage->version : NULL), "reason",
                     json_of_text(failure->reason), "messages", make_messages(outcome), "command",
                     make_command(quarantine, record, path), "run", quarantine->mark);
}

static bool write_report(const struct quarantine *quarantine, const json_t *report,
                         const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    return file >= 0 && end_file(quarantine, file, json_dumpfd(report, file, JSON_INDENT(2)) == 0);
}

/* It is there as a whole or not at all. */
static bool keep_report(const struct quarantine *quarantine, const json_t *report, uint64_t number)
{
    struct buffer path = {0}, passing = {0};
    quarantine_path(quarantine->folder, ".", number, ".json", &passing);
    quarantine_path(quarantine->folder, "", number, ".json", &path);
    errno = ENOMEM;
    bool fine = report && write_report(quarantine, report, buffer_text(&passing)) &&
                rename(buffer_text(&passing), buffer_text(&path)) == 0;
    int error = errno;
    buffer_free(&path);
    buffer_free(&passing);
    errno = error;
    return fine;
}

static bool lock(int file)
{
    return fcntl(file, F_SETLK, &(struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET}) == 0;
}

/* The record is locked until its report is there, so that it is not taken for what a run that was
 * killed has left of an entry; where nothing can be locked, nobody takes it for that. */
static json_t *keep_entry(struct quarantine *quarantine, const struct outcome *outcome,
                          struct buffer *path)
{
    json_t *report = NULL;
    int file = create(quarantine, path);
    if (file < 0)
        return NULL;
    (void)lock(file);
    bool fine = write_all(file, outcome->failure->record->bytes);
    if (fine)
        report = make_report(quarantine, outcome, buffer_text(path));
    fine = fine && keep_report(quarantine, report, quarantine->next);
    quarantine->next++;
    if (end_file(quarantine, file, fine))
        return report;
    json_decref(report);
    return NULL;
}

/* Of an entry that is there, the report alone. */
static json_t *keep_anew(const struct quarantine *quarantine, const struct outcome *outcome,
                         uint64_t number, struct buffer *path)
{
    quarantine_path(quarantine->folder, "", number, ".record", path);
    json_t *report = make_report(quarantine, outcome, buffer_text(path));
    if (keep_report(quarantine, report, number))
        return report;
    json_decref(report);
    return NULL;
}

json_t *quarantine_keep(struct quarantine *quarantine, const struct outcome *outcome,
                        uint64_t number, struct buffer *path, struct problems *problems)
{
    if (!open_folder(quarantine))
        return fail(problems, quarantine->folder);
    json_t *report = number ? keep_anew(quarantine, outcome, number, path)
                            : keep_entry(quarantine, outcome, path);
    return report ? report : fail(problems, buffer_text(path));
}

/* ---- Checkpoints ---- */

bool quarantine_sync(const struct quarantine *quarantine, struct problems *problems)
{
    if (!quarantine->made)
        return true;
    int folder = open(quarantine->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = folder >= 0 && fsync(folder) == 0;
    if (!synced)
        fail(problems, quarantine->folder);
    if (folder >= 0)
        close(folder);
    return synced;
}

static bool has_mark(const struct quarantine *quarantine, const char *path)
{
    json_t *report = json_load_file(path, JSON_ALLOW_NUL, NULL);
    const char *mark = json_string_value(json_object_get(report, "run"));
    bool has = mark && !strcmp(mark, quarantine->mark);
    json_decref(report);
    return has;
}

/* Whether nobody is writing a report for it. */
static bool is_left_over(const char *path)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    bool left = file >= 0 && lock(file);
    if (file >= 0)
        close(file);
    return left;
}

/* The report goes first: a record without one is what a run that was killed has left. */
static bool forget_entry(const struct quarantine *quarantine, uint64_t number,
                         struct problems *problems)
{
    struct buffer record = {0}, report = {0};
    bool fine = true;
    quarantine_path(quarantine->folder, "", number, ".record", &record);
    quarantine_path(quarantine->folder, "", number, ".json", &report);
    bool reported = access(buffer_text(&report), F_OK) == 0;
    if (reported ? has_mark(quarantine, buffer_text(&report)) : is_left_over(buffer_text(&record)))
        fine =
            (!reported || unlink(buffer_text(&report)) == 0) && unlink(buffer_text(&record)) == 0;
    if (!fine)
        fail(problems, buffer_text(&record));
    if (!reported)
        (void)unlink(quarantine_path(quarantine->folder, ".", number, ".json", &report));
    buffer_free(&record);
    buffer_free(&report);
    return fine;
}

bool quarantine_go_back(struct quarantine *quarantine, uint64_t number, struct problems *problems)
{
    if (!number)
        return look_for_next(quarantine) || fail(problems, quarantine->folder);
    DIR *folder = opendir(quarantine->folder);
    bool fine = true;
    quarantine->next = number;
    if (!folder)
        return errno == ENOENT || fail(problems, quarantine->folder);
    for (const struct dirent *file; fine && (file = readdir(folder));) {
        uint64_t entry = quarantine_number(file->d_name);
        if (entry && entry >= number)
            fine = forget_entry(quarantine, entry, problems);
    }
    closedir(folder);
    return fine;
}
