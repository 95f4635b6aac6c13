/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/content-filter.h"
#include "core/settings/settings.h"

/**
 * SECTION: content-filter-set
 *
 * The rows of smtp.filters, ready to be held against messages. Immutable and reference-counted; any
 * thread may ask.
 */
typedef struct _ContentFilterSet ContentFilterSet;

/** What filters say of a message. */
typedef struct
{
  gboolean is_caught;  /* FALSE: it is delivered, and the rest says nothing */
  FilterAction action; /* what happens to it instead */
  const char *row;     /* the row of smtp.filters, as the set has it; "" where it is kept because it
                          can't be read whole */
} FilterVerdict;

ContentFilterSet *content_filter_set_new (const Settings *settings);
ContentFilterSet *content_filter_set_ref (ContentFilterSet *set);
void content_filter_set_unref (ContentFilterSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ContentFilterSet, content_filter_set_unref)

/** Whether there are no rows: then nothing needs to be asked. */
gboolean content_filter_set_is_empty (const ContentFilterSet *set);

/**
 * content_filter_set_apply:
 * @sender: of the envelope; "" for none
 * @content: the message, with CR LF or LF at the ends of lines
 *
 * The first row that matches decides. A message that can't be read whole (see message-facts), and
 * that no row matches, is kept for the administrator: what is hidden in it might have been caught.
 *
 * To be called where blocking is allowed (worker_block()).
 */
FilterVerdict
content_filter_set_apply (const ContentFilterSet *set, const char *sender, GBytes *content);

/** Returns: (transfer full): why, for the log and for whoever sees the message kept: "filter: keep
 * subject *offer*". To be called for a message that is caught. */
char *content_filter_verdict_to_reason (const FilterVerdict *verdict);
