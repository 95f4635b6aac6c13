/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/authority/temporary-clock.h"

/**
 * SECTION: temporary-change
 *
 * One change of the settings that is taken back at its end, and what there is to take back: values
 * that go back where they still are what the change made of them; rows of lists that the change
 * added, which go, and rows that it took away, which come back. Knows neither disk nor bus.
 *
 * Temporary changes may lie over each other. They stand in an array in the order in which they were
 * made; each may end at any time. When one ends over which a later one lies, the settings do not
 * change in what the later one has changed: the later one inherits what there is to take back.
 */

/** The undoing of a change of one setting. */
typedef struct
{
  char *name;               /* (owned) of the setting */
  GVariant *before, *after; /* (owned): of a value; %NULL for a list */
  char **added, **removed;  /* (owned): of a list, rows in their normal form; %NULL for a value */
} TemporaryEdit;

typedef struct
{
  guint64 id; /* the number of the revision that it made */
  char *who;  /* (owned): the user's name */
  TemporarySpan span;
  GPtrArray *edits; /* (owned) (element-type TemporaryEdit) */
} TemporaryChange;

/**
 * temporary_change_new:
 * @differences: an a(svv) of name, value before, value after, as of settings_diff()
 *
 * Returns: (transfer full)
 */
TemporaryChange *
temporary_change_new (guint64 id, const char *who, TemporarySpan span, GVariant *differences);
void temporary_change_free (TemporaryChange *change);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TemporaryChange, temporary_change_free)

/** Returns: (transfer full) (element-type TemporaryChange): an empty array that owns its changes */
GPtrArray *temporary_changes_new (void);

/**
 * temporary_changes_undo:
 * @changes: (element-type TemporaryChange): all that are in force, in the order they were made
 * @index: the one that ends
 * @values: an a{sv} of all settings in force
 *
 * Returns: (transfer full): an a{sv} of the settings that have to change, with their new values;
 * empty when nothing has to
 */
GVariant *temporary_changes_undo (const GPtrArray *changes, guint index, GVariant *values);

/** Lets the later ones inherit what the one that ends leaves to them, and removes it. */
void temporary_changes_remove (GPtrArray *changes, guint index);

/** The type of temporary_changes_to_variant(). */
#define TEMPORARY_CHANGES_TYPE "a(tsxxxa(smvmvasas))"

/** Returns: (transfer floating): all of it, for the disk */
GVariant *temporary_changes_to_variant (const GPtrArray *changes);

/** Returns: (transfer full) (element-type TemporaryChange): what temporary_changes_to_variant()
 * wrote; @variant is of its type */
GPtrArray *temporary_changes_from_variant (GVariant *variant);

/**
 * temporary_changes_describe:
 * @before: (out) (transfer full): an a{sv} of the settings that the change @index concerns, as they
 * would be if it ended now
 * @after: (out) (transfer full): the same settings as the change has made them
 */
void temporary_changes_describe (
    const GPtrArray *changes, guint index, GVariant *values, GVariant **before, GVariant **after);
