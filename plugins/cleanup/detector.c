/*
 * detector.c - see detector.h. uchardet is loaded when a source needs it first: it brings the library
 * of C++ along, and would take half of the time in which a run starts.
 */
#include "detector.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <uchardet/uchardet.h>

#define LIBRARY "libuchardet.so.0"

static struct {
    uchardet_t (*new)(void);
    int (*handle_data)(uchardet_t, const char *, size_t);
    void (*data_end)(uchardet_t);
    const char *(*get_charset)(uchardet_t);
    void (*delete)(uchardet_t);
} uchardet;

/* POSIX lets the pointer that dlsym() returns be one to a function, C does not. */
static bool find_function(void *library, const char *name, void *function)
{
    void *object = dlsym(library, name);
    memcpy(function, &object, sizeof object);
    return object != NULL;
}

static bool load_library(void)
{
    void *library = uchardet.new ? NULL : dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    return uchardet.new ||
           (library && find_function(library, "uchardet_handle_data", &uchardet.handle_data) &&
            find_function(library, "uchardet_data_end", &uchardet.data_end) &&
            find_function(library, "uchardet_get_charset", &uchardet.get_charset) &&
            find_function(library, "uchardet_delete", &uchardet.delete) &&
            find_function(library, "uchardet_new", &uchardet.new));
}

bool detector_ask(quern_string bytes, char name[DETECTOR_NAME_SIZE], quern_call *call)
{
    *name = '\0';
    if (!load_library()) {
        quern_fail(call, "cannot find out the encoding: %s", dlerror());
        return false;
    }
    uchardet_t detector = uchardet.new();
    if (!detector) {
        quern_fail(call, "out of memory");
        return false;
    }
    if (!uchardet.handle_data(detector, bytes.data, bytes.size)) {
        uchardet.data_end(detector);
        snprintf(name, DETECTOR_NAME_SIZE, "%s", uchardet.get_charset(detector));
    }
    uchardet.delete(detector);
    return true;
}
