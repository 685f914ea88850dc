# quern_add_stage(NAME SOURCE... [LIBRARIES LIBRARY...])
#
# Builds the plugin NAME.so, which holds the stage NAME, and installs it where quern looks for
# stages. Serves this tree and, through find_package(quern), the trees of others.

function(quern_add_stage name)
    cmake_parse_arguments(PARSE_ARGV 1 stage "" "" "LIBRARIES")
    set(target stage_${name})       # the stage's own name may be one that CMake keeps for itself
    add_library(${target} MODULE ${stage_UNPARSED_ARGUMENTS})
    set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name} PREFIX "" SUFFIX ".so"
        C_STANDARD 17 C_VISIBILITY_PRESET hidden)
    target_link_libraries(${target} PRIVATE quern::quern ${stage_LIBRARIES})
    if(TARGET quern_objects)
        set_target_properties(${target} PROPERTIES C_EXTENSIONS OFF INSTALL_RPATH "$ORIGIN/.."
            LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/plugins)
        target_link_options(${target} PRIVATE ${QUERN_NO_UNDEFINED} ${QUERN_WRAP})
        add_dependencies(program ${target})
    else()
        target_link_options(${target} PRIVATE -Wl,-z,defs)
    endif()
    include(GNUInstallDirs)
    install(TARGETS ${target} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/quern)
endfunction()
