/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: settings-error
 *
 * What can be wrong with settings. One fault of one setting is a #SettingsProblem; they are
 * reported all at once. A #GError of this domain says that a document could not be taken; its
 * message then holds a line for each problem.
 */

#define SETTINGS_ERROR (settings_error_quark ())
GQuark settings_error_quark (void);

typedef enum
{
  SETTINGS_ERROR_UNREADABLE, /* no such file, no permission, no regular file, too large */
  SETTINGS_ERROR_UNTRUSTED,  /* somebody else may have written it (settings-guard) */
  SETTINGS_ERROR_MALFORMED,  /* not XML, or with a DOCTYPE */
  SETTINGS_ERROR_NEWER,      /* written by a newer Postern: refused, never rewritten */
  SETTINGS_ERROR_INVALID,    /* a setting's value was refused */
  SETTINGS_ERROR_UNWRITABLE  /* the file could not be saved; the former one is untouched */
} SettingsError;

typedef struct
{
  guint line;    /* line of the document, from 1; 0 where no line is known */
  char *setting; /* (owned) such as smtp.relay.allow; "" for the document itself */
  char *message; /* (owned) what is wrong, what was found and what would be right */
} SettingsProblem;

SettingsProblem *settings_problem_new (guint line, const char *setting, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
void settings_problem_free (SettingsProblem *problem);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SettingsProblem, settings_problem_free)

/** Returns: (transfer full) (element-type SettingsProblem): an empty list that owns its problems */
GPtrArray *settings_problems_new (void);

/**
 * Returns: (transfer full): "line 12: smtp.relay.allow: message", a line each, without a last
 * newline
 */
char *settings_problems_to_string (GPtrArray *problems);

/**
 * Returns: (transfer full): @text, or its first 100 characters when it is longer, for naming it in
 * a message
 */
char *settings_problem_shorten (const char *text);
