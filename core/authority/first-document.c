/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/authority/first-document.h"

#include <string.h>

SettingsDocument *
first_document_new (void)
{
  g_autoptr (SettingsDocument) document = settings_document_new ();
  gsize length;
  g_autofree char *text = settings_document_to_text (document, &length);
  const char *root = strstr (text, "<server-properties");

  /* The heading is for who opens the file; the document's own text stays what the settings make of
   * it. */
  g_autoptr (GString) with_heading = g_string_new_len (text, root - text);
  g_string_append (
      with_heading,
      "<!-- The settings of Postern. What is not here has its default. To be changed with Server\n"
      "     Properties, with posternctl, or by hand: comments stay, and a running posternd takes "
      "a\n"
      "     change over as soon as the file is saved. `posternctl describe` names every setting. "
      "-->\n");
  g_string_append (with_heading, root);
  return settings_document_parse (with_heading->str, with_heading->len, NULL);
}
