/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/live-page.h"

#include <glib/gi18n.h>

static const LivePage pages[] = {
  { NULL, NULL, NULL, NULL },
};

const LivePage *
live_pages (void)
{
  return pages;
}
