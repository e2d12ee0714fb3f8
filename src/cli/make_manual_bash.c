#include "cli/make_manual.h"
#include "cli/manual_words.h"
#include "cli/options_rows.h"

#include <string.h>

/* What stands before the tables: words as a person sees them, since bash cuts a line at =, : and @ too. */
static const char *const beginning[] = {
    "# Completion of bash for efabench and efabench-mpi. Made by make_manual from efabench's own tables.",
    "",
    "# _efabench_line: puts the words up to the cursor into the array line; bash cuts around =, : and @",
    "_efabench_line()",
    "{",
    "    local index word glue=''",
    "    line=()",
    "    for ((index = 0; index <= COMP_CWORD; index++)); do",
    "        word=${COMP_WORDS[index]-}",
    "        if ((${#line[@]} > 1)) &&",
    "            [[ $glue || $word == [=:]* || ($word == @ && ${line[${#line[@]} - 1]} == *=*) ]]; then",
    "            line[${#line[@]} - 1]+=$word",
    "        else",
    "            line+=(\"$word\")",
    "        fi",
    "        glue=''",
    "        if [[ $word && $word != *[!=:@]* ]]; then glue=yes; fi",
    "    done",
    "}",
    "",
    NULL,
};

/* What stands behind them. kind, words, options and commands are what the tables set. */
static const char *const ending[] = {
    "# _efabench_reply PREFIX VALUE: what VALUE may become, as kind and words say; PREFIX stands before it",
    "_efabench_reply()",
    "{",
    "    local head='' found index",
    "    found=()",
    "    case $kind in",
    "    list)",
    "        if [[ $2 == *,* ]]; then head=${2%,*},; fi",
    "        mapfile -t found < <(compgen -W \"$words\" -- \"${2#\"$head\"}\") ;;",
    "    pair)",
    "        if [[ $2 == *=* ]]; then",
    "            head=${2%%=*}=",
    "            mapfile -t found < <(compgen -f -- \"${2#*=}\")",
    "            compopt -o filenames 2> /dev/null || :",
    "        else",
    "            mapfile -t found < <(compgen -W \"$words\" -S = -- \"$2\")",
    "            compopt -o nospace 2> /dev/null || :",
    "        fi ;;",
    "    word) # no word goes on behind a :",
    "        if [[ $2 != *:* ]]; then mapfile -t found < <(compgen -W \"$words\" -- \"$2\"); fi ;;",
    "    file)",
    "        mapfile -t found < <(compgen -f -- \"$2\")",
    "        compopt -o filenames 2> /dev/null || : ;;",
    "    directory)",
    "        mapfile -t found < <(compgen -d -- \"$2\")",
    "        compopt -o filenames 2> /dev/null || : ;;",
    "    *)",
    "        compopt +o default +o bashdefault 2> /dev/null || : ;;",
    "    esac",
    "    # what stands before the last cut is no part of the word to bash",
    "    head=$1$head",
    "    if [[ ${COMP_WORDBREAKS-=@} == *=* ]]; then head=${head##*=}; fi",
    "    if [[ ${COMP_WORDBREAKS-=@} == *@* ]]; then head=${head##*@}; fi",
    "    for ((index = 0; index < ${#found[@]}; index++)); do",
    "        COMPREPLY[index]=$head${found[index]}",
    "    done",
    "}",
    "",
    "# _efabench_skip COMMAND: goes over the words before the cursor; sets pending, the option whose",
    "# value is to come, and position, the place of the next word that is no option",
    "_efabench_skip()",
    "{",
    "    local word",
    "    pending='' position=1",
    "    for word in \"${line[@]:first:${#line[@]} - first - 1}\"; do",
    "        if [[ $pending ]]; then",
    "            pending=''",
    "        elif [[ $word == --*=* || $word == @* ]]; then",
    "            :",
    "        elif [[ $word == -?* ]]; then",
    "            _efabench_value \"$1\" \"$word\"",
    "            if [[ $kind != flag && $kind != list ]]; then pending=$word; fi",
    "        else",
    "            ((position++)) || :",
    "        fi",
    "    done",
    "}",
    "",
    "_efabench()",
    "{",
    "    local line first=1 command current pending position kind words options",
    "    COMPREPLY=()",
    "    _efabench_line",
    "    current=${line[${#line[@]} - 1]}",
    "    kind=word",
    "    if [[ ${line[0]##*/} == efabench-mpi ]]; then",
    "        command=efabench-mpi",
    "    elif ((${#line[@]} <= 2)); then",
    "        words=\"$_efabench_commands help --help --version\"",
    "        _efabench_reply '' \"$current\"",
    "        return 0",
    "    elif [[ ${line[1]} == help ]]; then",
    "        words=\"$_efabench_commands efabench-mpi\"",
    "        if ((${#line[@]} == 3)); then _efabench_reply '' \"$current\"; fi",
    "        return 0",
    "    else",
    "        command=${line[1]} first=2",
    "    fi",
    "    _efabench_skip \"$command\"",
    "    if [[ $pending ]]; then",
    "        _efabench_value \"$command\" \"$pending\"",
    "        _efabench_reply '' \"$current\"",
    "    elif [[ $current == --*=* ]]; then",
    "        _efabench_value \"$command\" \"${current%%=*}\"",
    "        _efabench_reply \"${current%%=*}=\" \"${current#*=}\"",
    "    elif [[ $current == -* ]]; then",
    "        _efabench_options \"$command\"",
    "        kind=word words=$options",
    "        _efabench_reply '' \"$current\"",
    "    elif [[ $current == @* ]]; then",
    "        kind='file'",
    "        _efabench_reply @ \"${current#@}\"",
    "    else",
    "        _efabench_word \"$command\" \"$position\"",
    "        _efabench_reply '' \"$current\"",
    "    fi",
    "    return 0",
    "}",
    "",
    "complete -o bashdefault -o default -F _efabench efabench efabench-mpi",
    NULL,
};

static void put_lines(FILE *file, const char *const *lines)
{
    for (; *lines; lines++)
        fprintf(file, "%s\n", *lines);
}

static void put_commands(FILE *file)
{
    struct eb_manual_term term;
    fputs("_efabench_commands=\"", file);
    for (size_t i = 0; eb_manual_command(i, &term); i++)
        fprintf(file, "%s%s", i ? " " : "", term.name);
    fputs("\"\n\n", file);
}

static void put_options(FILE *file)
{
    const struct eb_manual *row;
    fputs("# _efabench_options COMMAND: sets options to those that it takes\n_efabench_options()\n{\n    "
          "options=''\n"
          "    case $1 in\n",
          file);
    for (size_t i = 0; (row = eb_manual_at(i)); i++) {
        if (row->program == EB_PROGRAM_OVERVIEW)
            continue;
        fprintf(file, "    %s) options=\"", eb_manual_word(row));
        for (size_t j = 0; j < EB_OPTION_ROWS; j++)
            if (eb_option_rows[j].programs & row->program)
                fprintf(file, " --%s", eb_option_rows[j].name);
        fputs("\" ;;\n", file);
    }
    fputs("    esac\n}\n\n", file);
}

static int is_one_of(const char *word, const char *const *words)
{
    while (*words && strcmp(*words, word) != 0)
        words++;
    return *words != NULL;
}

static enum eb_value_kind kind_of(const char *argument)
{
    static const char *const files[] = {"FILE", "RECORD", "DB", "WHERE", NULL};
    return is_one_of(argument, files)     ? EB_VALUE_FILE
           : strcmp(argument, "DIR") == 0 ? EB_VALUE_DIRECTORY
                                          : EB_VALUE_FREE;
}

static void put_kind(FILE *file, enum eb_value_kind kind, const struct eb_vocabulary *vocabulary)
{
    static const char *const kinds[] = {
        [EB_VALUE_FREE] = "free", [EB_VALUE_FILE] = "file", [EB_VALUE_DIRECTORY] = "directory",
        [EB_VALUE_WORD] = "word", [EB_VALUE_LIST] = "list", [EB_VALUE_PAIR] = "pair",
    };
    fprintf(file, "kind='%s'", kinds[kind]);
    if (vocabulary) {
        fputs(" words=\"", file);
        vocabulary->tell(file);
        fputc('"', file);
    }
    fputs(" ;;\n", file);
}

static void put_values(FILE *file)
{
    const struct eb_manual *row;
    fputs("# _efabench_value COMMAND OPTION: sets kind and words of its value\n_efabench_value()\n{\n    "
          "words='' kind=flag\n"
          "    case $1:$2 in\n",
          file);
    for (size_t i = 0; (row = eb_manual_at(i)); i++) {
        const char *word = eb_manual_word(row);
        for (size_t j = 0; j < EB_OPTION_ROWS; j++) {
            const struct eb_option_row *option = &eb_option_rows[j];
            if (!(option->programs & row->program) || !option->argument)
                continue;
            const struct eb_vocabulary *vocabulary = eb_vocabulary_of_option(row->program, option->name);
            fprintf(file, "    %s:--%s", word, option->name);
            if (option->letter)
                fprintf(file, " | %s:-%c", word, option->letter);
            fputs(") ", file);
            put_kind(file, vocabulary ? vocabulary->kind : kind_of(option->argument), vocabulary);
        }
    }
    fputs("    esac\n}\n\n", file);
}

static void put_words(FILE *file)
{
    const struct eb_manual *row;
    const struct eb_vocabulary *vocabulary;
    fputs("# _efabench_word COMMAND POSITION: sets kind and words of what is no option\n_efabench_word()\n{\n"
          "    words='' kind='file'\n    case $1:$2 in\n",
          file);
    for (size_t i = 0; (vocabulary = eb_vocabulary_at(i)); i++) {
        for (size_t j = 0; !vocabulary->option && (row = eb_manual_at(j)); j++) {
            if (!(vocabulary->programs & row->program))
                continue;
            fprintf(file, "    %s:", eb_manual_word(row));
            vocabulary->position ? fprintf(file, "%u", vocabulary->position) : fputc('*', file);
            fputs(") ", file);
            put_kind(file, vocabulary->kind, vocabulary);
        }
    }
    fputs("    esac\n}\n\n", file);
}

void eb_make_completion(FILE *file)
{
    put_lines(file, beginning);
    put_commands(file);
    put_options(file);
    put_values(file);
    put_words(file);
    put_lines(file, ending);
}
