/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Server Properties: the face of the mail gateway. */
#include <glib/gi18n.h>
#include <locale.h>

#include "gui/window/postern-application.h"

int
main (int argc, char **argv)
{
  g_autoptr (PosternApplication) application = NULL;
  const char *locale_dir = g_getenv ("POSTERN_LOCALE_DIR"); /* a build that is not installed */

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, locale_dir != NULL ? locale_dir : POSTERN_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  application = postern_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
