# The files that `quern new` copies, made part of the library. The stage is the one in
# plugins/template.

set(skeleton ${CMAKE_CURRENT_LIST_DIR})
set(skeleton_files ${PROJECT_SOURCE_DIR}/plugins/template/template.c ${skeleton}/CMakeLists.txt
    ${skeleton}/README.md ${skeleton}/stage.yaml ${skeleton}/pipeline.yaml)
add_custom_command(OUTPUT ${PROJECT_BINARY_DIR}/skeleton.c
    COMMAND ${CMAKE_COMMAND} -D OUTPUT=${PROJECT_BINARY_DIR}/skeleton.c
        -D "INPUTS=${skeleton_files}" -D HEADER=command/skeleton.h -D ARRAY=skeleton_files -P ${skeleton}/embed.cmake
    DEPENDS ${skeleton_files} ${skeleton}/embed.cmake VERBATIM)
target_sources(quern_objects PRIVATE ${PROJECT_BINARY_DIR}/skeleton.c)
