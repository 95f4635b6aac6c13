/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

typedef enum
{
  FILTER_ACTION_KEEP,   /* stored for the administrator to see, not delivered */
  FILTER_ACTION_DISCARD /* taken, and thrown away; the log says so */
} FilterAction;

typedef enum
{
  FILTER_ORIGINATOR, /* the sender of the envelope, or an address in From, Sender or Reply-To */
  FILTER_SUBJECT,
  FILTER_ATTACHMENT, /* the name of a part */
  FILTER_TYPE        /* the MIME type of a part: text/html */
} FilterCriterion;

/** Which messages are not delivered: a row of smtp.filters. */
typedef struct
{
  FilterAction action;
  FilterCriterion criterion;
  char *pattern; /* (owned) as written, but with one blank for all white space in a row; "*" stands
                    for any text, ASCII case does not matter */
} ContentFilter;

/** Reads "keep subject *offer*". Returns FALSE, and leaves @filter alone, for anything else. */
gboolean content_filter_parse (const char *text, ContentFilter *filter) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full): the row in its normal form */
char *content_filter_to_text (const ContentFilter *filter);

void content_filter_clear (ContentFilter *filter);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ContentFilter, content_filter_clear)
