/*
 * The figures of a run as OpenMetrics (the specification, version 1.0.0, "Text format"). Programs that
 * read the older text format of Prometheus, as its node exporter does, take them too.
 */
#include "runner/openmetrics.h"

#include <inttypes.h>
#include <string.h>

struct label {
    const char *name;
    quern_string value;
};

static quern_string text_of(const char *text)
{
    return (quern_string){text, strlen(text)};
}

static void add_family(struct buffer *out, const char *name, const char *type, const char *unit,
                       const char *help)
{
    buffer_print(out, "# TYPE %s %s\n", name, type);
    if (*unit)
        buffer_print(out, "# UNIT %s %s\n", name, unit);
    buffer_print(out, "# HELP %s %s\n", name, help);
}

/* An escaped string: UTF-8 in which '\', '"' and LF have a backslash. */
static void add_value(struct buffer *out, quern_string value)
{
    struct buffer clean = {0};
    buffer_add_repaired(&clean, value);
    out->failed |= clean.failed;
    for (size_t i = 0; i < clean.size; i++) {
        if (clean.data[i] == '\n')
            buffer_add_text(out, "\\n");
        else
            buffer_print(out, clean.data[i] == '\\' || clean.data[i] == '"' ? "\\%c" : "%c",
                         clean.data[i]);
    }
    buffer_free(&clean);
}

/* Up to the number. A label without a name is none. */
static void begin_sample(struct buffer *out, const char *name, const char *suffix,
                         const struct label labels[2])
{
    buffer_print(out, "%s%s", name, suffix);
    for (size_t i = 0; i < 2 && labels[i].name; i++) {
        buffer_print(out, "%s%s=\"", i ? "," : "{", labels[i].name);
        add_value(out, labels[i].value);
        buffer_add_char(out, '"');
    }
    buffer_add_text(out, labels[0].name ? "} " : " ");
}

static void end_sample(struct buffer *out, uint64_t number)
{
    buffer_print(out, "%" PRIu64 "\n", number);
}

static void end_seconds(struct buffer *out, uint64_t nanoseconds)
{
    buffer_print(out, "%" PRIu64 ".%09" PRIu64 "\n", nanoseconds / 1000000000,
                 nanoseconds % 1000000000);
}

/* ---- The run ---- */

static void add_run(struct buffer *out, const struct statistics *statistics, bool active)
{
    const char *name = statistics->pipeline->name ? statistics->pipeline->name : "";
    const struct label about[2] = {{"pipeline", text_of(name)},
                                   {"version", text_of(QUERN_VERSION)}};
    static const struct label none[2];
    add_family(out, "quern_run", "info", "", "What runs.");
    begin_sample(out, "quern_run", "_info", about);
    end_sample(out, 1);
    add_family(out, "quern_run_active", "gauge", "", "1 until the run has ended, then 0.");
    begin_sample(out, "quern_run_active", "", none);
    end_sample(out, active);
    add_family(out, "quern_run_begin_seconds", "gauge", "seconds", "When it began, since 1970.");
    begin_sample(out, "quern_run_begin_seconds", "", none);
    end_sample(out, statistics->begun);
    add_family(out, "quern_run_seconds", "gauge", "seconds", "How long it has taken.");
    begin_sample(out, "quern_run_seconds", "", none);
    end_seconds(out, statistics_time(statistics));
}

static void add_totals(struct buffer *out, const struct statistics *statistics)
{
    const struct {
        const char *name, *unit, *help;
        uint64_t number;
    } totals[] = {
        {"quern_documents_read", "", "Documents that were read.", statistics->read},
        {"quern_documents_written", "", "Documents that were written.", statistics->written},
        {"quern_documents_dropped", "", "Documents that a step dropped.", statistics->dropped},
        {"quern_documents_failed", "", "Documents that failed.", statistics->failed},
        {"quern_read_bytes", "bytes", "Bytes of documents read.", statistics->bytes_read},
        {"quern_written_bytes", "bytes", "Bytes of documents written.", statistics->bytes_written}};
    static const struct label none[2];
    for (size_t i = 0; i < sizeof totals / sizeof *totals; i++) {
        add_family(out, totals[i].name, "counter", totals[i].unit, totals[i].help);
        begin_sample(out, totals[i].name, "_total", none);
        end_sample(out, totals[i].number);
    }
}

/* ---- Steps ---- */

struct field {
    const char *name;
    size_t offset; /* into struct step_counts */
};

static uint64_t get(const struct statistics *statistics, size_t step, const struct field *field)
{
    uint64_t number;
    memcpy(&number, (const char *)&statistics->steps[step] + field->offset, sizeof number);
    return number;
}

static void add_step_documents(struct buffer *out, const struct statistics *statistics)
{
    static const char name[] = "quern_step_documents";
    static const struct field results[] = {{"in", offsetof(struct step_counts, in)},
                                           {"out", offsetof(struct step_counts, out)},
                                           {"dropped", offsetof(struct step_counts, dropped)},
                                           {"failed", offsetof(struct step_counts, failed)},
                                           {"skipped", offsetof(struct step_counts, skipped)},
                                           {"held", offsetof(struct step_counts, held)}};
    add_family(out, name, "counter", "", "Documents, by what became of them at a step.");
    for (size_t step = 0; step < statistics->pipeline->step_count; step++) {
        for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
            const struct label labels[2] = {
                {"step", text_of(statistics->pipeline->steps[step].label)},
                {"result", text_of(results[i].name)}};
            begin_sample(out, name, "_total", labels);
            end_sample(out, get(statistics, step, &results[i]));
        }
    }
}

static void add_step_family(struct buffer *out, const struct statistics *statistics,
                            const struct field *field, const char *unit, const char *help)
{
    const bool is_time = strcmp(unit, "seconds") == 0;
    add_family(out, field->name, "counter", unit, help);
    for (size_t step = 0; step < statistics->pipeline->step_count; step++) {
        const struct label labels[2] = {{"step", text_of(statistics->pipeline->steps[step].label)}};
        begin_sample(out, field->name, "_total", labels);
        (is_time ? end_seconds : end_sample)(out, get(statistics, step, field));
    }
}

static void add_steps(struct buffer *out, const struct statistics *statistics)
{
    static const struct {
        struct field field;
        const char *unit, *help;
    } families[] = {{{"quern_step_seconds", offsetof(struct step_counts, clock)},
                     "seconds",
                     "Time that a step worked, by the clock."},
                    {{"quern_step_processor_seconds", offsetof(struct step_counts, processor)},
                     "seconds",
                     "Processor time of a step."},
                    {{"quern_step_in_bytes", offsetof(struct step_counts, text)},
                     "bytes",
                     "Text that came into a step."},
                    {{"quern_step_out_bytes", offsetof(struct step_counts, text_out)},
                     "bytes",
                     "Text that went out of a step."},
                    {{"quern_step_copied_bytes", offsetof(struct step_counts, copied)},
                     "bytes",
                     "Text that edits of a step copied."}};
    add_step_documents(out, statistics);
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        add_step_family(out, statistics, &families[i].field, families[i].unit, families[i].help);
}

/* ---- Names ---- */

static void add_names(struct buffer *out, const struct statistics *statistics)
{
    static const struct {
        const char *name, *labels[2], *help;
    } families[] = {
        [TALLY_REASON] = {"quern_dropped", {"step", "reason"}, "Documents dropped, by reason."},
        [TALLY_RULE] = {"quern_edits", {"step", "rule"}, "Edits, by rule."},
        [TALLY_SPANS] = {"quern_spans", {"layer", "label"}, "Spans of documents written."}};
    for (size_t kind = 0; kind < sizeof families / sizeof *families; kind++) {
        add_family(out, families[kind].name, "counter", "", families[kind].help);
        for (size_t i = 0; i < statistics->name_count; i++) {
            const struct tally *name = statistics->names[i];
            if (name->kind != kind)
                continue;
            const struct label labels[2] = {
                {families[kind].labels[0], name->step ? text_of(name->step->label) : name->name},
                {families[kind].labels[1], name->step ? name->name : name->more}};
            begin_sample(out, families[kind].name, "_total", labels);
            end_sample(out, name->count);
        }
    }
}

void openmetrics_add(struct buffer *out, const struct statistics *statistics, bool active)
{
    add_run(out, statistics, active);
    add_totals(out, statistics);
    add_steps(out, statistics);
    add_names(out, statistics);
    buffer_add_text(out, "# EOF\n");
}
