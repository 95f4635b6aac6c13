/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/**
 * SECTION: row-judge
 *
 * Who says which rows of a list are wrong: the lists know of nobody, so whoever shows one tells it
 * whom to ask.
 */

/** What a judge says of rows. */
typedef struct
{
  GPtrArray *reasons; /* (element-type utf8): of each row why it is wrong, in words, or %NULL */
  char *note;         /* (nullable): what is said of no single row */
} RowVerdict;

typedef struct
{
  /** Judges @rows, NULL-terminated, by themselves. Doubles are not its to find. @callback gets a
   * GTask whose pointer is a RowVerdict, to be freed with row_verdict_free(), or an error. */
  void (*ask) (gpointer data,
               const char *const *rows,
               GCancellable *cancellable,
               GAsyncReadyCallback callback,
               gpointer user_data);
  gpointer data;
  GDestroyNotify free_data;
} RowJudge;

static inline void
row_verdict_free (RowVerdict *verdict)
{
  g_ptr_array_unref (verdict->reasons);
  g_free (verdict->note);
  g_free (verdict);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RowVerdict, row_verdict_free)
