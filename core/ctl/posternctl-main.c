/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * posternctl: everything that Server Properties can do, for the command line and for scripts.
 *
 * common options -> the verb's row in the table -> the verb's options -> the verb. Exit statuses:
 * client.h.
 */

#include "core/ctl/output.h"
#include "core/ctl/verb.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

typedef struct
{
  char *bus; /* (owned) */
  gboolean json, help, version;
} CommonOptions;

/* May stand before the verb and after it. */
static GOptionGroup *
common_options (CommonOptions *options)
{
  const GOptionEntry entries[]
      = { { "bus", 'b', 0, G_OPTION_ARG_STRING, &options->bus,
            N_ ("The bus: system, session or an address; otherwise $POSTERN_BUS, or system"),
            N_ ("WHERE") },
          { "json", 'j', 0, G_OPTION_ARG_NONE, &options->json,
            N_ ("Print JSON, for a program to read"), NULL },
          { "help", 'h', 0, G_OPTION_ARG_NONE, &options->help, N_ ("Show help"), NULL },
          { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, N_ ("Print the version"), NULL },
          { NULL } };
  GOptionGroup *group = g_option_group_new ("common", "", "", NULL, NULL);

  g_option_group_add_entries (group, entries);
  g_option_group_set_translation_domain (group, GETTEXT_PACKAGE);
  return group;
}

static gboolean
parse (GOptionContext *context, CommonOptions *options, const GOptionEntry *own, char ***arguments)
{
  g_autoptr (GError) error = NULL;

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_main_group (context, common_options (options));
  if (own != NULL)
    g_option_context_add_main_entries (context, own, GETTEXT_PACKAGE);
  if (g_option_context_parse_strv (context, arguments, &error))
    return TRUE;
  (void) verb_wrong_usage ("%s", error->message);
  return FALSE;
}

static Status
print_general_help (GOptionContext *context)
{
  g_autoptr (GString) verbs = g_string_new (_ ("Commands:"));
  for (const Verb *verb = verb_table (); verb->name != NULL; verb++)
    g_string_append_printf (verbs, "\n  %-12s %s", verb->name, _ (verb->summary));
  g_string_append_printf (verbs, "\n\n%s",
                          _ ("`posternctl COMMAND --help` says more. The manual page posternctl(1) "
                             "documents the exit statuses."));

  g_option_context_set_summary (context, _ ("Administers the Postern mail gateway."));
  g_option_context_set_description (context, verbs->str);
  g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);
  output_text (help);
  return STATUS_OK;
}

static Status
run_verb (const Verb *verb, CommonOptions *options, char ***arguments)
{
  g_autofree char *usage
      = g_strconcat (verb->name, " ", verb->arguments[0] ? _ (verb->arguments) : "", NULL);
  g_autoptr (GOptionContext) context = g_option_context_new (usage);

  g_option_context_set_summary (context, _ (verb->summary));
  if (verb->description != NULL)
    g_option_context_set_description (context, _ (verb->description));
  if (!parse (context, options, verb->options, arguments))
    return STATUS_USAGE;
  if (options->help)
    {
      g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);
      output_text (help);
      return STATUS_OK;
    }

  char **own = *arguments + 1;
  int count = g_strv_length (own);
  if (count < verb->arguments_min || (verb->arguments_max >= 0 && count > verb->arguments_max))
    return verb_wrong_usage (_ ("usage: posternctl %s"), usage);

  const char *bus = options->bus ? options->bus : g_getenv ("POSTERN_BUS");
  Client client
      = { .where = bus != NULL && bus[0] != '\0' ? bus : "system", .json = options->json };
  Status status = verb->run (&client, own);
  client_clear (&client);
  return status;
}

static void
drop_first (char ***arguments)
{
  g_free ((*arguments)[0]);
  memmove (*arguments, *arguments + 1, (g_strv_length (*arguments + 1) + 1) * sizeof (char *));
}

/* `posternctl help VERB` is `posternctl VERB --help`. */
static gboolean
is_help (char **arguments)
{
  return arguments[0] != NULL && g_strcmp0 (arguments[1], "help") == 0;
}

static Status
run (CommonOptions *options, char ***arguments)
{
  g_autoptr (GOptionContext) context = g_option_context_new (_ ("COMMAND [ARGUMENT…]"));

  /* Only what stands before the verb: the verb has options of its own. */
  g_option_context_set_strict_posix (context, TRUE);
  if (!parse (context, options, NULL, arguments))
    return STATUS_USAGE;
  if (options->version)
    {
      output_line ("posternctl %s", POSTERN_VERSION);
      return STATUS_OK;
    }

  if (is_help (*arguments))
    {
      options->help = TRUE;
      drop_first (arguments);
    }
  const char *name = (*arguments)[0] != NULL ? (*arguments)[1] : NULL;
  if (name == NULL && options->help)
    return print_general_help (context);
  if (name == NULL)
    return verb_wrong_usage (_ ("what shall be done? See posternctl --help"));
  const Verb *verb = verb_find (name);
  if (verb == NULL)
    return verb_wrong_usage (_ ("“%s” is no command; see posternctl --help"), name);

  drop_first (arguments);
  return run_verb (verb, options, arguments);
}

int
main (int argc, char **argv)
{
  CommonOptions options = { 0 };
  g_auto (GStrv) arguments = g_strdupv (argv);

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, POSTERN_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("posternctl");

  Status status = run (&options, &arguments);
  if (!output_is_written ())
    {
      g_printerr (_ ("posternctl: the output could not be written\n"));
      status = status == STATUS_OK ? STATUS_FAILED : status;
    }
  g_free (options.bus);
  return status;
}
