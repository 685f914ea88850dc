/*
 * command.h - the command line. Each subcommand is a row: what --help, the man page and the shell's
 * completion say of it, and the flags that getopt_long takes, all come from there.
 */
#ifndef QUERN_COMMAND_H
#define QUERN_COMMAND_H

#include "runner/runner.h"

/* The program. `argv` as main() has it. Returns the exit status. */
QUERN_API int quern_main(int argc, char **argv);

/* ---- Flags ---- */

struct words {
    const char **items;
    size_t count, capacity;
};

bool words_add(struct words *words, const char *word);

/* What a command line says. */
struct arguments {
    const struct command *command;
    bool help, version, quiet, verbose, json, candidates, force, html;
    bool unordered, no_sandbox, paranoid, resume;
    const char *at, *id;
    int from, to; /* 0: not given; else the number of the choice, from 1 */
    const char *output, *quarantine, *separator, *retry, *checkpoint, *stats, *metrics;
    int64_t jobs; /* JOBS_AUTO when not given */
    int64_t window, window_bytes, max_crashes, checkpoint_interval, metrics_interval;
    int64_t max_record, split_documents, split_size; /* 0 when not given */
    struct words plugin_dirs, include, exclude;
    struct words operands;
    struct buffer reproduce; /* the flags that have to be given again to run a document again */
};

/* When nothing is given. */
extern const struct arguments no_arguments;

enum flag_kind {
    FLAG_SWITCH, /* bool: it is there */
    FLAG_TEXT,   /* const char * */
    FLAG_CHOICE, /* int: one of `choices` */
    FLAG_NUMBER, /* int64_t: from `least` to `most`; as it was when it is not given */
    FLAG_SIZE,   /* int64_t: the same, in bytes, as in 64MiB */
    FLAG_TEXTS,  /* struct words: may be given more than once */
    FLAG_OPTION, /* an option of a stage */
    FLAG_NO      /* the same, a bool, off */
};

struct flag {
    const char *name; /* NULL ends a table */
    char letter;      /* 0 for none */
    bool again;       /* it has to be given again to run a document again */
    enum flag_kind kind;
    const char *argument; /* what its value is called; NULL when it takes none */
    const char *choices;  /* with a space between two */
    int64_t least, most;
    const char *help; /* lower case, no full stop */
    size_t offset;    /* into struct arguments */
    const quern_option *option;
};

#define SWITCH(letter_, name_, field, help_)                                                       \
    {                                                                                              \
        .letter = letter_, .name = name_, .kind = FLAG_SWITCH, .help = help_,                      \
        .offset = offsetof(struct arguments, field)                                                \
    }
#define LASTING_SWITCH(name_, field, help_) /* one that is given again */                          \
    {                                                                                              \
        .name = name_, .kind = FLAG_SWITCH, .help = help_, .again = true,                          \
        .offset = offsetof(struct arguments, field)                                                \
    }
#define TEXT(letter_, name_, argument_, field, help_)                                              \
    {                                                                                              \
        .letter = letter_, .name = name_, .kind = FLAG_TEXT, .argument = argument_, .help = help_, \
        .offset = offsetof(struct arguments, field)                                                \
    }
#define CHOICE(name_, choices_, field, help_)                                                      \
    {                                                                                              \
        .name = name_, .kind = FLAG_CHOICE, .argument = "FORMAT", .choices = choices_,             \
        .help = help_, .offset = offsetof(struct arguments, field)                                 \
    }
#define TEXTS(name_, argument_, field, again_, help_)                                              \
    {                                                                                              \
        .name = name_, .kind = FLAG_TEXTS, .argument = argument_, .again = again_, .help = help_,  \
        .offset = offsetof(struct arguments, field)                                                \
    }

#define NUMBER(letter_, name_, kind_, field, least_, most_, help_)                                 \
    {                                                                                              \
        .letter = letter_, .name = name_, .kind = kind_,                                           \
        .argument = kind_ == FLAG_SIZE ? "SIZE" : "NUMBER", .least = least_, .most = most_,        \
        .help = help_, .offset = offsetof(struct arguments, field)                                 \
    }

/* What every command takes. */
#define COMMON_FLAGS                                                                               \
    SWITCH('h', "help", help, "show this help and exit"),                                          \
        SWITCH(0, "version", version, "print the version and exit")
#define QUIET_FLAG SWITCH('q', "quiet", quiet, "say nothing but what went wrong")
#define JSON_FLAG SWITCH(0, "json", json, "print JSON")
#define PLUGIN_FLAG                                                                                \
    TEXTS("plugin-dir", "FOLDER", plugin_dirs, true,                                               \
          "look for stages in FOLDER first; may be given more than once")
#define PARANOID_FLAG                                                                              \
    LASTING_SWITCH("paranoid", paranoid,                                                           \
                   "hold stages to what they declare, and run each document twice to see that "    \
                   "the same comes of it")
#define NO_SANDBOX_FLAG                                                                            \
    LASTING_SWITCH("no-sandbox", no_sandbox,                                                       \
                   "let workers keep the rights that no stage has declared to need: network, "     \
                   "writing files, starting programs")

/* What `run` and `stage` have in common. */
#define RUN_FLAGS                                                                                  \
    TEXT('o', "output", "FILE", output,                                                            \
         "write to FILE, which gets its name when it is complete, not to standard output; it is "  \
         "compressed when its name ends in .gz, .xz, .zst or .bz2"),                               \
        NUMBER(                                                                                    \
            0, "split-documents", FLAG_NUMBER, split_documents, 1, INT64_MAX,                      \
            "begin a new file after NUMBER documents, with its own number, from 0, where %d or "   \
            "%05d stands in FILE"),                                                                \
        NUMBER(0, "split-size", FLAG_SIZE, split_size, 1, INT64_MAX,                               \
               "begin a new file before one would have more than SIZE bytes, not compressed"),     \
        CHOICE("to", "text jsonl", to,                                                             \
               "write documents as text or JSON Lines; without it they are written as a stage "    \
               "renders them, else as they came"),                                                 \
        CHOICE("from", "text jsonl lines formfeed mbox file", from,                                \
               "read the inputs as text, or as documents that are JSON Lines, lines, pages ended " \
               "by a form feed, or messages of a mailbox, or each file as it is, packed or not; "  \
               "without it each input is looked at, "                                              \
               "and is text or JSON Lines"),                                                       \
        TEXT(0, "separator", "TEXT", separator,                                                    \
             "read the inputs as documents with TEXT between them, in which \\n, \\r, \\t, \\f, "  \
             "\\0, \\xHH and \\\\ stand for single bytes"),                                        \
        TEXTS("include", "PATTERN", include, false,                                                \
              "of folders and archives take only files whose name, or path if there is a slash "   \
              "in PATTERN, fits it; may be given more than once"),                                 \
        TEXTS("exclude", "PATTERN", exclude, false,                                                \
              "leave out files and folders that fit PATTERN; may be given more than once"),        \
        NUMBER(                                                                                    \
            0, "max-record", FLAG_SIZE, max_record, 1, QUERN_TEXT_MAX,                             \
            "leave out documents that have more than SIZE bytes in the input (default: 4 GiB)"),   \
        TEXT(0, "quarantine", "FOLDER", quarantine,                                                \
             "keep documents that fail in FOLDER, which is made when there are any; default: "     \
             "quarantine"),                                                                        \
        TEXT(0, "stats", "FILE", stats,                                                            \
             "write to FILE, as JSON, what the run and each step did, and print a table of it"),   \
        TEXT(0, "metrics", "FILE", metrics,                                                        \
             "write the same to FILE while the run goes on, as OpenMetrics text"),                 \
        NUMBER(0, "metrics-interval", FLAG_NUMBER, metrics_interval, 1, 86400,                     \
               "write it every NUMBER seconds (default: 15)"),                                     \
        NUMBER('j', "jobs", FLAG_NUMBER, jobs, 0, JOBS_MAX,                                        \
               "work with NUMBER processes, by default as many as there are processors to use; "   \
               "with 0 all is done in the one process, for a debugger"),                           \
        NUMBER(0, "window", FLAG_NUMBER, window, 1, WINDOW_MAX,                                    \
               "have at most NUMBER documents in flight (default: 1024)"),                         \
        NUMBER(0, "window-bytes", FLAG_SIZE, window_bytes, 1, INT64_MAX,                           \
               "have at most SIZE of input in flight, and for each process of output; a larger "   \
               "document goes alone (default: 64MiB)"),                                            \
        SWITCH(0, "unordered", unordered, "write documents as they are done, not as they came"),   \
        NUMBER(0, "max-crashes", FLAG_NUMBER, max_crashes, 1, INT64_MAX,                           \
               "stop when NUMBER documents in a row have ended the process that worked on them "   \
               "(default: 20)"),                                                                   \
        PLUGIN_FLAG, NO_SANDBOX_FLAG, PARANOID_FLAG, QUIET_FLAG,                                   \
        SWITCH('v', "verbose", verbose,                                                            \
               "tell of documents that are dropped, and print a table of what each step did")

/* ---- Commands ---- */

struct command {
    const char *name;
    const char *operands; /* as the line of usage shows them */
    const char *summary;  /* one line, without a full stop */
    const char *text;     /* paragraphs, with an empty line between two; NULL for none */
    const char *examples; /* lines, shown as they are; NULL for none */
    size_t least, most;   /* operands that it takes */
    const struct flag *flags;
    int (*run)(struct arguments *arguments);
    /* For one that reads its command line itself, instead. */
    int (*run_line)(const struct command *command, int argc, char **argv);
};

/* All of them, in the order in which they are listed; ended by NULL. */
extern const struct command *const commands[];
const struct command *command_find(const char *name); /* NULL when there is none */
extern const struct command command_quern;            /* the program itself, without a subcommand */
extern const struct command command_run, command_stage, command_check, command_test, command_list,
    command_inspect, command_explain, command_blame, command_diff, command_report, command_new,
    command_schema, command_completion, command_man, command_help;

/* ---- Reading a command line ---- */

/* Reads the flags and operands of a command, argv[0] being its name. False, with the exit status,
 * when there is nothing more to do: --help or --version was answered, or something is wrong and was
 * said. */
bool arguments_read(const struct command *command, int argc, char **argv,
                    struct arguments *arguments, int *status);

/* The same in pieces, for `stage`. `index` is left at the first operand. */
struct flag_reader {
    const struct command *command;
    const struct flag *flags;
    struct arguments *arguments;
    struct options *options; /* where FLAG_OPTION writes; may be NULL */
    bool stop;               /* at the first operand */
    bool lenient;            /* steps over what it does not know */
};
bool flags_read(const struct flag_reader *reader, int argc, char **argv, int *index);
/* Answers --help and --version. False when neither was given. */
bool arguments_answer(const struct arguments *arguments, const struct command *command,
                      const struct flag *flags, const quern_stage *stage);
void arguments_free(struct arguments *arguments);

/* Says on standard error what is wrong with a command line, and where help is. STATUS_USAGE. */
int usage_error(const struct command *command, const char *format, ...) QUERN_PRINTF(2, 3);

/* The flags of a command with those of a stage's options behind them; to be freed by
 * flags_free(). NULL when memory is short. */
struct flag *flags_of_stage(const struct flag *flags, const quern_stage *stage);
void flags_free(struct flag *flags);

/* ---- Help ---- */

/* The flag as it is written, "-o, --output=FILE"; long names line up when `align`. */
void flag_describe(const struct flag *flag, bool align, struct buffer *out);

/* What it does, takes, and is without being given. */
void flag_explain(const struct flag *flag, struct buffer *out);

/* Prints help for a command with these flags; those of `stage`, unless it is NULL, apart. */
void help_print(const struct command *command, const struct flag *flags, const quern_stage *stage,
                FILE *stream);

/* ---- What several commands do ---- */

/* STATUS_INTERNAL, after saying that memory is short. */
int out_of_memory(void);

/* Opens the loader with the folders of --plugin-dir; NULL after a message, which calls for
 * STATUS_CONFIG: a folder cannot be used. */
struct loader *open_plugins(const struct arguments *arguments);

/* Loads the pipeline file that is the first operand; NULL after a message. Warnings are shown unless
 * the run is to be quiet. */
struct pipeline *load_pipeline(const struct arguments *arguments, struct loader *loader);

/* How inputs are read: as the command line says, else the pipeline, else as they look. The separator
 * is that of the command line, or empty, and becomes the pipeline's where that one holds. */
enum source_format find_source_format(const struct pipeline *pipeline,
                                      const struct arguments *arguments, quern_string *separator);

/* Runs documents through a pipeline, as `run` and `stage` do, and returns the exit status. */
int run_documents(const struct pipeline *pipeline, const struct arguments *arguments,
                  const char *const *inputs, size_t count, const char *reproduce);

/* A stage as JSON text, for `list` and `inspect`. */
struct json_t;
struct json_t *describe_plugin(const struct plugin *plugin);
int print_json(struct json_t *json);

/* The JSON value of an option's default; null when it has none. */
struct json_t *describe_default(const quern_option *option);

/* Words with a space between two, as a JSON array. */
struct json_t *describe_words(const char *words);

#endif
