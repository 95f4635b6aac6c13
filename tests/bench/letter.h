/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: letter
 *
 * A message as people send them: a header, a text of random letters in lines of 76, and the dot
 * that ends it after DATA. It is made once; from one sending to the next only the number in its
 * Message-ID changes.
 */
typedef struct
{
  char *text; /* (owned) ends in CR LF . CR LF */
  gsize length;
  gsize id_at; /* where "<TAG-0000000001@bench>" stands */
  gsize id_length;
} Letter;

/** @size: bytes without the dot's line; at least what the header needs. */
void letter_set_up (Letter *letter, const char *from, const char *to, const char *tag, gsize size);
void letter_tear_down (Letter *letter);

/** Makes it the message of this number. */
void letter_number (Letter *letter, guint number);
