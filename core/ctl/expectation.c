/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/expectation.h"

#include "core/ctl/input.h"

#include <glib/gi18n.h>

static guint64 given;

gboolean
expectation_take (const char *option, const char *value, gpointer data, GError **error)
{
  if (input_revision (value, &given))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("“%s” is not the number of a revision"), value);
  return FALSE;
}

const GOptionEntry EXPECTATION_OPTIONS[] = { EXPECTATION_OPTION, { NULL } };

guint64
expectation_given (void)
{
  return given;
}

guint64
expectation_revision (BusServerProperties1 *authority, GError **error)
{
  guint64 revision = 0;
  g_autoptr (GVariant) settings = NULL;

  if (given != 0)
    return given;
  (void) bus_server_properties1_call_get_sync (authority, &revision, &settings, NULL, error);
  return revision;
}
