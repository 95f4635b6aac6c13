/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A custody with temporary changes in a folder of its own, and a clock that stands still until it is told to go. */
#pragma once

#include "core/authority/temporary.h"

#include "core/authority/authority.h"
#include "temporary-folder.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define OPENING "<server-properties xmlns=\"urn:postern:server-properties\" version=\"2\">"
#define CLOSING "</server-properties>\n"

typedef struct
{
  char *folder, *config, *state_dir, *store;
  Custody *custody;
  Temporary *temporary;
  guint told;
} Fixture;

static TemporaryTime now;

static inline TemporaryTime
read_clock (void)
{
  return now;
}

static inline void
wait_s (gint64 seconds)
{
  now.wall_ms += seconds * 1000;
  now.boot_ms += seconds * 1000;
}

static inline void
on_changed (gpointer data)
{
  ((Fixture *) data)->told++;
}

static inline void
close_all (Fixture *fixture)
{
  g_clear_pointer (&fixture->temporary, temporary_free);
  g_clear_pointer (&fixture->custody, custody_free);
}

/* As after kill -9: nothing is saved at the end that was not before. */
static inline void
restart (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  close_all (fixture);
  fixture->custody = custody_open (fixture->config, fixture->state_dir, &error);
  g_assert_no_error (error);
  fixture->temporary = temporary_open (fixture->custody, fixture->state_dir, read_clock);
  temporary_set_listener (fixture->temporary, on_changed, fixture);
}

static inline void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = temporary_folder_new ();
  fixture->config = g_build_filename (fixture->folder, "settings.xml", NULL);
  fixture->state_dir = g_build_filename (fixture->folder, "state", NULL);
  fixture->store = g_build_filename (fixture->state_dir, "revisions", "temporary", NULL);
  now = (TemporaryTime){ .wall_ms = 1000000000, .boot_ms = 5000 };
  restart (fixture);
}

static inline void
tear_down (Fixture *fixture, gconstpointer data)
{
  close_all (fixture);
  temporary_folder_remove (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->config);
  g_free (fixture->state_dir);
  g_free (fixture->store);
}

static inline guint64
revision_of (const Fixture *fixture)
{
  return settings_document_revision (custody_document (fixture->custody));
}

static inline guint64
apply (Fixture *fixture, const char *changes, gint64 seconds, GError **error)
{
  g_autoptr (GVariant) parsed = g_variant_ref_sink (g_variant_new_parsed (changes));

  return temporary_apply (fixture->temporary, "anna", revision_of (fixture), parsed,
                          now.wall_ms / 1000 + seconds, error);
}

static inline guint64
must_apply (Fixture *fixture, const char *changes, gint64 seconds)
{
  g_autoptr (GError) error = NULL;
  guint64 revision = apply (fixture, changes, seconds, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (revision, ==, revision_of (fixture));
  return revision;
}

static inline void
must_apply_for_good (Fixture *fixture, const char *changes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) parsed = g_variant_ref_sink (g_variant_new_parsed (changes));

  g_assert_cmpuint (
      authority_apply (fixture->custody, "bob", revision_of (fixture), parsed, &error), >, 0);
  g_assert_no_error (error);
}

static inline guint
count (Fixture *fixture)
{
  g_autoptr (GVariant) list = g_variant_ref_sink (temporary_to_variant (fixture->temporary));

  return (guint) g_variant_n_children (list);
}

static inline Allowance
allowed (const Fixture *fixture)
{
  return custody_settings (fixture->custody)->smtp.relay.allow;
}

static inline const char *
who_was_last (const Fixture *fixture)
{
  return ((const Revision *) revisions_list (custody_revisions (fixture->custody))->pdata[0])->who;
}

static GString *warnings;

static inline GLogWriterOutput
note_warning (GLogLevelFlags level, const GLogField *fields, gsize length, gpointer data)
{
  if ((level & G_LOG_LEVEL_MASK) == G_LOG_LEVEL_WARNING)
    for (gsize i = 0; i < length; i++)
      if (g_str_equal (fields[i].key, "MESSAGE"))
        g_string_append_printf (warnings, "%s\n", (const char *) fields[i].value);
  return G_LOG_WRITER_HANDLED;
}

static inline void
assert_warned (const char *pattern)
{
  g_test_message ("%s", warnings->str);
  g_assert_true (g_pattern_match_simple (pattern, warnings->str));
  g_string_truncate (warnings, 0);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/temporary/" name, Fixture, NULL, set_up, function, tear_down)
