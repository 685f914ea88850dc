/*
 * quern explain: what each step of a pipeline did to one document.
 */
#include "command/explain.h"
#include "command/command.h"

static const struct flag flags[] = {
    SWITCH(0, "html", html, "write a page in HTML, which needs nothing else"),
    TEXT('o', "output", "FILE", output, "write to FILE, not to standard output"),
    PLUGIN_FLAG,
    COMMON_FLAGS,
    {0}};

static int write_page(const struct trace *trace, const struct pipeline *pipeline, const char *path)
{
    struct problems problems = {0};
    struct buffer page = {0};
    explain_to_page(trace, pipeline, &page);
    if (page.failed) {
        buffer_free(&page);
        return out_of_memory();
    }
    bool fine = sink_write_file(path, (quern_string){page.data, page.size}, &problems);
    problems_print(&problems, (quern_string){0}, stderr);
    problems_free(&problems);
    buffer_free(&page);
    return fine ? STATUS_FINE : STATUS_IO;
}

/* To a file, as a terminal would show it without colours. */
static int write_text(const struct trace *trace, const char *path)
{
    struct terminal terminal = {.stream = stdout};
    if (!path) {
        terminal = terminal_open();
        explain_to_terminal(trace, &terminal);
        terminal_close(&terminal);
        return STATUS_FINE;
    }
    terminal.stream = fopen(path, "w");
    if (terminal.stream)
        explain_to_terminal(trace, &terminal);
    if (terminal.stream && fclose(terminal.stream) == 0)
        return STATUS_FINE;
    perror(path);
    return STATUS_IO;
}

static int explain(const struct pipeline *pipeline, const struct arguments *arguments)
{
    struct trace trace;
    int status = trace_open(&trace, pipeline, arguments->operands.items[1]);
    if (status == STATUS_INTERNAL)
        out_of_memory();
    if (status == STATUS_FINE && arguments->html)
        status = write_page(&trace, pipeline, arguments->output);
    else if (status == STATUS_FINE)
        status = write_text(&trace, arguments->output);
    trace_close(&trace);
    return status;
}

static int run(struct arguments *arguments)
{
    struct loader *loader = open_plugins(arguments);
    if (!loader)
        return STATUS_CONFIG;
    int status = STATUS_CONFIG;
    struct pipeline *pipeline = load_pipeline(arguments, loader);
    if (pipeline)
        status = explain(pipeline, arguments);
    pipeline_free(pipeline);
    loader_close(loader);
    return status;
}

const struct command command_explain = {
    .name = "explain",
    .operands = "PIPELINE FILE",
    .summary = "show what each step of a pipeline did to a document",
    .text =
        "Takes the first document of the file through the pipeline and shows for each step the "
        "lines that it changed, with the rules, and the layers that it wrote. What cannot be seen "
        "is written as <U+00AD>. On a terminal this is coloured, unless NO_COLOR is set, and goes "
        "through the program that PAGER names.\n\n"
        "With --html it is a page: the source on the left, the result on the right, a slider over "
        "the steps, each change lit with its step and rule when it is pointed at, and where each "
        "byte came from when the text is clicked.",
    .examples = "quern explain news.yaml article.txt\n"
                "quern explain news.yaml article.txt --html -o article.html",
    .least = 2,
    .most = 2,
    .flags = flags,
    .run = run};
