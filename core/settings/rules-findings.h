/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"

/** What a rule has to say of a setting. */
typedef struct
{
  const char *setting; /* (unowned), static: the setting's name */
  gssize row;          /* the entry of the list, from 0; -1 for the setting itself */
  gboolean is_warning; /* otherwise the settings are refused */
  char *message;       /* (owned) */
} RulesFinding;

/** Returns: (transfer full) (element-type RulesFinding): an empty list that owns its findings */
GPtrArray *rules_findings_new (void);

/** Adds that @setting, or its entry @row unless that is -1, is refused. Takes over @message. */
void rules_findings_refuse (GPtrArray *findings, const char *setting, gssize row, char *message);

/** Adds that it is allowed, but deserves a second look. Takes over @message. */
void rules_findings_warn (GPtrArray *findings, const char *setting, gssize row, char *message);

/**
 * Warns of the first entry that is a large part of the Internet; one warning a list is enough.
 * @consequence says what that means.
 */
void rules_findings_warn_of_wide_network (GPtrArray *findings,
                                          const char *setting,
                                          const NetworkList *networks,
                                          const char *consequence);

/** Refuses each entry that begins with the same word as one before it; @list has normal forms. */
void rules_findings_refuse_same_key (GPtrArray *findings, const char *setting, const TextList list);
