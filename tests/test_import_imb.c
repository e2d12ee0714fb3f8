/* The importer of the Intel MPI Benchmarks, and the words of a line: texts in the exact form that its sources
 * print, with made-up figures; what is expected follows from the tools' definitions by hand. */
#include "made_texts.h"

#include "judge/import/words.h"

#define IMB_TITLE                                                                                            \
    "#----------------------------------------------------------------\n"                                    \
    "#    Intel(R) MPI Benchmarks 2021.11, MPI-1 part\n"                                                     \
    "#----------------------------------------------------------------\n"
#define IMB_PINGPONG                                                                                         \
    "#---------------------------------------------------\n"                                                 \
    "# Benchmarking PingPong \n"                                                                             \
    "# #processes = 2 \n"                                                                                    \
    "# ( 30 additional processes waiting in MPI_Barrier)\n"                                                  \
    "#---------------------------------------------------\n"                                                 \
    "       #bytes #repetitions      t[usec]   Mbytes/sec\n"

static void test_imb_pingpong(void **state)
{
    (void)state;
    json_t *record =
        import(&eb_import_imb, IMB_TITLE IMB_PINGPONG "            0         1000        15.52         0.00\n"
                                                      "            8         1000        15.60         0.51\n"
                                                      "      4194304           10   420.00     9986.44\n"
                                                      "\n\n# All processes entering MPI_Finalize\n\n");
    assert_int_equal(count_cases(record, 0), 3);
    /* t[usec] is half a round trip already */
    assert_mean(record, "pingpong", 0, 2, "half_rtt_ns", 15520);
    assert_mean(record, "pingpong", 8, 2, "half_rtt_ns", 15600);
    assert_mean(record, "pingpong", 4194304, 2, "half_rtt_ns", 420000);
    assert_int_equal(figure(find_case(record, "pingpong", 8, 2), "iterations"), 1000);
    json_decref(record);
}

static void test_imb_bands(void **state)
{
    (void)state;
    json_t *record =
        import(&eb_import_imb, IMB_TITLE "# Benchmarking Uniband \n# #processes = 4 \n#---\n"
                                         "       #bytes #repetitions   Mbytes/sec      Msg/sec\n"
                                         "            0           20         0.00      2953635\n"
                                         "            1           20         0.00         3000\n"
                                         "      1048576           20      9118.81         8696\n"
                                         "# Benchmarking Biband \n# #processes = 2 \n#---\n"
                                         "       #bytes #repetitions   Mbytes/sec      Msg/sec\n"
                                         "      1048576           20      7659.96         7305\n");
    /* Mbytes/sec is 1e6; 0.00 of a small message has its digits in Msg/sec: 3000 * 1 */
    assert_mean(record, "bandwidth", 1048576, 4, "bytes_per_second", 9118810000);
    assert_mean(record, "bandwidth", 1, 4, "bytes_per_second", 3000);
    assert_mean(record, "message_rate", 0, 4, "messages_per_second", 2953635);
    assert_mean(record, "bibandwidth", 1048576, 2, "bytes_per_second", 7659960000);
    assert_int_equal(json_integer_value(json_object_get(find_case(record, "bandwidth", 1, 4), "pairs")), 2);
    assert_int_equal(count_cases(record, 0), 6); /* 2 rates of bytes, 3 of messages, 1 both ways */
    json_decref(record);
    assert_unfit(&eb_import_imb,
                 "# Benchmarking Uniband \n# #processes = 2 \n#---\n"
                 "       #bytes #repetitions   Mbytes/sec      Msg/sec\n"
                 "      1048576           20      9118.81         9118\n",
                 "made.txt: line 5: Mbytes/sec and Msg/sec contradict each other");
}

static void test_imb_collectives(void **state)
{
    (void)state;
    static const char *const columns = "       #bytes #repetitions  t_min[usec]  t_max[usec]  t_avg[usec]\n";
    char text[2000];
    snprintf(text, sizeof text,
             IMB_TITLE "# Benchmarking Allreduce \n# #processes = 2 \n#---\n%s"
                       "            0           20         0.00         0.00         0.00\n"
                       "            4           20         2.77         9.62         6.20\n"
                       "# Benchmarking Allreduce \n# #processes = 64; rank order (rowwise): \n"
                       "     0     1\n#---\n%s"
                       "            4           20        12.00        20.00        18.25\n"
                       "# Benchmarking Sendrecv \n# #processes = 64 \n#---\n%s"
                       "            4           20        12.00        20.00        18.25\n"
                       "# Benchmarking Barrier \n# #processes = 64 \n#---\n"
                       " #repetitions  t_min[usec]  t_max[usec]  t_avg[usec]\n"
                       "           20         6.10         6.39         6.26\n"
                       "# Benchmarking Bcast \n# #processes = 64 \n#---\n%s"
                       "            8           20         1.00         3.00         2.50\n"
                       "           16 time-out.; Time limit (secs_per_sample * msg_sizes_list_len) is over\n"
                       "           32 out-of-mem.; needed X=   1.500 GB; use flag \"-mem X\"\n",
             columns, columns, columns, columns);
    json_t *record = import(&eb_import_imb, text);
    assert_int_equal(count_cases(record, 0), 4);
    assert_mean(record, "allreduce", 4, 2, "time_osu_ns", 6200);
    assert_mean(record, "allreduce", 4, 64, "time_osu_ns", 18250);
    assert_int_equal(figure(find_case(record, "allreduce", 4, 64), "low"), 12000);
    assert_int_equal(figure(find_case(record, "allreduce", 4, 64), "high"), 20000);
    assert_mean(record, "barrier", 0, 64, "time_osu_ns", 6260);
    assert_mean(record, "bcast", 8, 64, "time_osu_ns", 2500);
    assert_warned(record, "'Sendrecv' has no counterpart here");
    assert_warned(record, "collectives of 0 bytes");
    assert_warned(record, "Bcast gave up on a size: time-out");
    assert_warned(record, "Bcast gave up on a size: out-of-mem");
    json_decref(record);
}

static void test_imb_groups(void **state)
{
    (void)state;
    json_t *record = import(
        &eb_import_imb, "# Benchmarking Multi-PingPong \n"
                        "# ( 2 groups of 2 processes each running simultaneous ) \n"
                        "# Group  0:     0    1\n# \n# Group  1:     2    3\n# \n#---\n"
                        "       #bytes #repetitions  t_min[usec]  t_max[usec]  t_avg[usec]   Mbytes/sec\n"
                        "            8           20         2.00         3.00         2.50         2.67\n"
                        "# Benchmarking Multi-Allreduce \n"
                        "# ( 2 groups of 2 processes each running simultaneous ) \n"
                        "# Group  0:     0    1\n# \n# Group  1:     2    3\n# \n#---\n"
                        "        Group       #bytes #repetitions  t_min[usec]  t_max[usec]  t_avg[usec]\n\n"
                        "            0            8           20         0.06         0.06         0.06\n"
                        "            1            8           20         0.05         0.06         0.05\n\n"
                        "# Benchmarking Allreduce \n# #processes = 4 \n#---\n"
                        "        Group       #bytes #repetitions  t_min[usec]  t_max[usec]  t_avg[usec]\n\n"
                        "            0            8           20         3.54        12.43         7.66\n\n");
    assert_int_equal(count_cases(record, 0), 2);
    assert_mean(record, "pingpong", 8, 4, "half_rtt_ns", 2500);
    assert_int_equal(json_integer_value(json_object_get(find_case(record, "pingpong", 8, 4), "pairs")), 2);
    assert_mean(record, "allreduce", 8, 4, "time_osu_ns", 7660);
    assert_warned(record, "line 17: Allreduce of 2 groups at once");
    json_decref(record);
}

static void test_imb_cuts(void **state)
{
    (void)state;
    static const char *const cuts[] = {
        IMB_PINGPONG "            8         1000        15.60         0.51\n           16         10",
        IMB_PINGPONG
        "            8         1000        15.60         0.51\n           16         1000        15.6",
        IMB_PINGPONG
        "            8         1000        15.60         0.51\n           16         1000        15.60 1",
        IMB_PINGPONG
        "            8         1000        15.60         0.51\n           16 \nslurmstepd: error: *** "
        "CANCELLED ***\n",
        /* labels of srun -l, CRLF, colours, junk between rows */
        "0: # Benchmarking PingPong \r\n0: # #processes = 2 \r\n"
        "0:        #bytes #repetitions      t[usec]   Mbytes/sec\r\n"
        "0: \x1b[32m           8         1000        15.60         0.51\x1b[0m\r\nhost kernel: hello\r\n"
        "0:           16    100\r\n",
    };
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        json_t *record = import(&eb_import_imb, cuts[i]);
        assert_int_equal(count_cases(record, 0), 1);
        assert_mean(record, "pingpong", 8, 2, "half_rtt_ns", 15600);
        assert_warned(record, i < 4 ? "line 8: the table of PingPong was cut" : "line 6: the table");
        json_decref(record);
    }
    /* the whole last row without its newline counts */
    json_t *record =
        import(&eb_import_imb, IMB_PINGPONG "            8         1000        15.60         0.51");
    assert_int_equal(count_cases(record, 0), 1);
    json_decref(record);
}

static void test_imb_refusals(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *reason;
    } bad[] = {
        {"            8         1000          nan         0.51\n", "line 7: 'nan' can be no figure"},
        {"            8         1000          inf         0.51\n", "line 7: 'inf' can be no figure"},
        {"            8         1000       -15.60         0.51\n", "line 7: '-15.60' can be no figure"},
        {"            8         1000         0.00         0.51\n", "line 7: a time of 0"},
        {"            8            0        15.60         0.51\n", "line 7: no repetition"},
        {"            8         1000        15,60         0.51\n", "line 7: '15,60' can be no figure"},
        {"            8         1000        0x1p3         0.51\n", "line 7: '0x1p3' can be no figure"},
        {"            8         1000        15.60         0.51  9\n", "line 7: more words than columns"},
        {"            8         1000\n 16 1000 15.60 0.51\n", "line 8: the table goes on after line 7"},
        {"", "no figure"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[1000];
        snprintf(text, sizeof text, "%s%s", IMB_PINGPONG, bad[i].text);
        assert_unfit(&eb_import_imb, text, bad[i].reason);
    }
    assert_unfit(&eb_import_imb, "# Benchmarking PingPong\n #bytes #repetitions t[usec] Mbytes/sec\n",
                 "line 2: the table does not say how many processes");
    assert_unfit(&eb_import_imb, "# Benchmarking PingPong\n# #processes = 2\n#repetitions t_avg[usec]\n",
                 "line 3: these are not the columns of PingPong");
    assert_unfit(&eb_import_imb,
                 "# Benchmarking Bcast \n# #processes = 4 \n"
                 "       #bytes #repetitions  t_min[usec]  t_max[usec]  t_avg[usec]      defects\n"
                 "            8           20         1.00         3.00         2.50         1.00\n",
                 "wrong bytes were received");
    assert_unfit(&eb_import_imb, "hello\n", "no figure");
}

static void test_words(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        enum eb_word kind;
        double value;
    } words[] = {
        {"12", EB_WORD_NUMBER, 12},
        {"-3.25", EB_WORD_NUMBER, -3.25},
        {"1.5e+03", EB_WORD_NUMBER, 1500},
        {".5", EB_WORD_NUMBER, 0.5},
        {"3.", EB_WORD_NUMBER, 3},
        {"1e999", EB_WORD_NOT_FINITE, INFINITY},
        {"inf", EB_WORD_NOT_FINITE, INFINITY},
        {"", EB_WORD_OTHER, 0},
        {".", EB_WORD_OTHER, 0},
        {"1,5", EB_WORD_OTHER, 0},
        {"0x10", EB_WORD_OTHER, 0},
        {"12us", EB_WORD_OTHER, 0},
        {"1e", EB_WORD_OTHER, 0},
        {"--1", EB_WORD_OTHER, 0},
        {"infinite", EB_WORD_OTHER, 0},
    };
    double value = 0;
    uint64_t count = 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        assert_int_equal(eb_word_number(words[i].word, &value), words[i].kind);
        if (words[i].kind != EB_WORD_OTHER)
            assert_true(value == words[i].value);
    }
    assert_int_equal(eb_word_number("-nan", &value), EB_WORD_NOT_FINITE);
    assert_true(eb_word_count("18446744073709551615", &count) && count == UINT64_MAX);
    assert_false(eb_word_count("18446744073709551616", &count));
    assert_false(eb_word_count("-1", &count));
    assert_false(eb_word_count("", &count));
    assert_int_equal(eb_word_decimals("3.25"), 2);
    assert_int_equal(eb_word_decimals("325"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_imb_pingpong),    cmocka_unit_test(test_imb_bands),
        cmocka_unit_test(test_imb_collectives), cmocka_unit_test(test_imb_groups),
        cmocka_unit_test(test_imb_cuts),        cmocka_unit_test(test_imb_refusals),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests_name("import_imb", tests, NULL, NULL);
}
