# Compiler and linker flags for everything in this tree.

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_BUILD_RPATH_USE_ORIGIN ON)
add_compile_definitions(_GNU_SOURCE)

# -O2 -g: gcc 12 vectorises at -O2, the hot loops are written for it, and -O3 grows the rest for
# nothing; the symbols are for perf and for core files, and `cmake --install --strip` drops them.
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes
    -Wmissing-prototypes -Wvla)
if(QUERN_WERROR)
    add_compile_options(-Werror)
endif()

# Calls inside the library go straight; the linker keeps only the libraries that are used.
add_compile_options(-fno-semantic-interposition)
add_link_options(-Wl,--as-needed)

set(QUERN_NO_UNDEFINED -Wl,-z,defs)
if(QUERN_SANITIZE OR QUERN_FUZZ)
    list(JOIN QUERN_SANITIZE "," sanitizers)
    add_compile_options(-fsanitize=${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${sanitizers})
    set(QUERN_NO_UNDEFINED "")      # clang leaves the sanitizer's functions to the program
elseif(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
    # -U first: some distributions' compilers define it themselves.
    add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong)
    add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)
    # The same sources give the same bytes wherever the tree and the build folder stand.
    add_compile_options(-ffile-prefix-map=${PROJECT_BINARY_DIR}=build
        -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
endif()
if(QUERN_COVERAGE)
    add_compile_options(--coverage -fprofile-update=atomic)
    add_link_options(--coverage)
endif()
if(QUERN_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link)
    add_link_options(-fsanitize=fuzzer-no-link)
endif()

# Calls from our own code to these go through __wrap_NAME in tests/faults/faults.c; libquern exports
# them, and plugins find them there.
if(QUERN_FAULTS)
    foreach(function IN ITEMS malloc calloc realloc strdup strndup aligned_alloc posix_memalign)
        list(APPEND QUERN_WRAP -Wl,--wrap=${function})
    endforeach()
endif()
