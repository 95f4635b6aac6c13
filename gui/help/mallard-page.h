/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: mallard-page
 *
 * A page of the manual (Mallard 1.0, data/help), read into paragraphs that GtkLabels can show. Of
 * Mallard it knows what our manual uses: title, p, list, steps, terms, item, note, section, em, gui,
 * key, keyseq, code, file, cmd, sys, link. Other elements give their text.
 */

typedef enum
{
  MALLARD_TITLE, /* of a section */
  MALLARD_TEXT,
  MALLARD_TERM, /* of a list of terms; what is said of it follows */
  MALLARD_ITEM, /* of a list, or what is said of a term */
  MALLARD_STEP,
  MALLARD_NOTE,
  MALLARD_CODE /* lines that stay as they are */
} MallardKind;

typedef struct
{
  MallardKind kind;
  guint number; /* of a step, from 1 */
  char *markup; /* (owned): Pango markup; <a href="ID"> leads to another page */
} MallardBlock;

typedef struct
{
  char *title;       /* (owned) */
  GPtrArray *blocks; /* (owned) (element-type MallardBlock) */
} MallardPage;

/** Returns: (transfer full): what @text, a .page file, says; %NULL with a G_MARKUP_ERROR */
MallardPage *
mallard_page_parse (const char *text, gssize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * mallard_page_load:
 * @id: of the page; nothing but letters, digits and "-" finds one
 *
 * Reads the page in the first of the person's languages that has it.
 *
 * Returns: (transfer full): %NULL with a G_FILE_ERROR when the manual is not installed, or a
 * G_MARKUP_ERROR
 */
MallardPage *mallard_page_load (const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void mallard_page_free (MallardPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MallardPage, mallard_page_free)
