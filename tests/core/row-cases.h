/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A row as somebody wrote it, and its normal form; NULL: it is refused. */
typedef struct
{
  const char *text;
  const char *normal;
} RowCase;

/* What no kind of row may have in it. */
#define ROW_CASES_BAD_BYTES "\x01", "\x7f", "\x1b[2J", "\xff", "\xc3", "\xed\xa0\x80"

/*
 * A function that reads each of the @cases, and its normal form once more, and then each good one
 * with bad bytes behind it. What is refused leaves the row alone.
 */
#define ROW_CASES_TEST(cases, Type, prefix)                                                        \
  static char *read_row (const char *text)                                                         \
  {                                                                                                \
    g_auto (Type) row = { 0 };                                                                     \
    Type untouched = { 0 };                                                                        \
                                                                                                   \
    if (prefix##_parse (text, &row))                                                               \
      return prefix##_to_text (&row);                                                              \
    g_assert_cmpmem (&row, sizeof row, &untouched, sizeof untouched);                              \
    return NULL;                                                                                   \
  }                                                                                                \
                                                                                                   \
  static void refuse_bad_bytes (const char *text)                                                  \
  {                                                                                                \
    static const char *const bad[] = { ROW_CASES_BAD_BYTES };                                      \
                                                                                                   \
    for (guint i = 0; i < G_N_ELEMENTS (bad); i++)                                                 \
      {                                                                                            \
        g_autofree char *behind = g_strconcat (text, bad[i], NULL);                                \
        g_autofree char *before = g_strconcat (bad[i], text, NULL);                                \
                                                                                                   \
        g_assert_null (read_row (behind));                                                         \
        g_assert_null (read_row (before));                                                         \
      }                                                                                            \
  }                                                                                                \
                                                                                                   \
  static void test_texts (void)                                                                    \
  {                                                                                                \
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)                                               \
      {                                                                                            \
        g_autofree char *normal = read_row (cases[i].text);                                        \
        g_autofree char *again = normal == NULL ? NULL : read_row (normal);                        \
                                                                                                   \
        g_test_message ("%s", cases[i].text);                                                      \
        g_assert_cmpstr (normal, ==, cases[i].normal);                                             \
        g_assert_cmpstr (again, ==, cases[i].normal);                                              \
        if (normal != NULL)                                                                        \
          refuse_bad_bytes (cases[i].text);                                                        \
      }                                                                                            \
  }
