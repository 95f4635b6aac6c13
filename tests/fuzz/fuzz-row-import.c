/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of a file to import, in each format; the first byte says for which list. */
#include <stdint.h>

#include "gui/lists/row-file.h"
#include "gui/lists/row-import.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *const listed[] = { "192.0.2.0/24", "example.org", NULL };
  g_autofree char *text
      = size > 0 ? row_file_decode ((const char *) data + 1, size - 1, NULL) : NULL;

  if (text == NULL)
    return 0;
  for (RowFormat format = ROW_FORMAT_DETECT; format <= ROW_FORMAT_CSV; format++)
    {
      g_autoptr (RowImport) import
          = row_import_read (text, data[0] & 1, format, (RowTake) (data[0] >> 1) % 3);
      guint counted = 0;

      row_import_mark_doubles (import, listed);
      for (RowLineState state = 0; state < ROW_LINE_STATES; state++)
        counted += row_import_count (import, state);
      g_assert_cmpuint (counted, ==, import->lines->len);
      for (guint i = 0; i < import->lines->len; i++)
        g_assert_true (g_utf8_validate (((RowLine *) import->lines->pdata[i])->row, -1, NULL));
    }
  return 0;
}
