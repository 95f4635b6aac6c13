/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/user-verbs.h"

#include "core/bus/bus-place.h"
#include "core/ctl/json-output.h"
#include "core/ctl/output.h"
#include "core/ctl/password-input.h"

#include <glib/gi18n.h>

#define INTERFACE "org.postern.MailUsers1"
#define SIZE_MAX_MIB 1048576

static gboolean wants_apop, wants_none;

const GOptionEntry USER_VERBS_OPTIONS[]
    = { { "apop", 0, 0, G_OPTION_ARG_NONE, &wants_apop,
          N_ ("add: keep the password in clear, so that the user can log on with APOP"), NULL },
        { "none", 0, 0, G_OPTION_ARG_NONE, &wants_none,
          N_ ("apop: hash the password, so that the user can't log on with APOP any more"), NULL },
        { NULL } };

/* Returns: (transfer full): the reply; %NULL with an error */
static GVariant *
call (Client *client, const char *method, GVariant *arguments, const char *type, GError **error)
{
  g_autoptr (GVariant) owned = arguments != NULL ? g_variant_ref_sink (arguments) : NULL;
  GDBusConnection *connection = client_connection (client, error);

  if (connection == NULL)
    return NULL;
  /* Somebody may have to look for the password of an administrator. */
  return g_dbus_connection_call_sync (
      connection, BUS_PLACE_AUTHORITY_NAME, BUS_PLACE_AUTHORITY_PATH, INTERFACE, method, owned,
      G_VARIANT_TYPE (type), G_DBUS_CALL_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION, G_MAXINT, NULL,
      error);
}

static Status
change (Client *client, const char *method, GVariant *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = call (client, method, arguments, "()", &error);

  return reply != NULL ? STATUS_OK : client_report (error);
}

/* --- list --- */

static char *
size_in_words (GVariantDict *user)
{
  guint32 mib;

  if (!g_variant_dict_lookup (user, "quota-mib", "u", &mib))
    return g_strdup ("");
  return mib == 0 ? g_strdup (_ ("no limit")) : g_strdup_printf ("%u", mib);
}

static void
add_row (OutputTable *table, GVariant *user)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (user);
  const char *name = "", *scheme = "";
  gboolean apop = FALSE, log_on = FALSE;
  g_autofree char *size = size_in_words (&dict);

  g_variant_dict_lookup (&dict, "name", "&s", &name);
  g_variant_dict_lookup (&dict, "scheme", "&s", &scheme);
  g_variant_dict_lookup (&dict, "apop", "b", &apop);
  g_variant_dict_lookup (&dict, "log-on", "b", &log_on);
  output_table_add (table, name, log_on ? _ ("yes") : _ ("no"), scheme, apop ? _ ("yes") : _ ("no"),
                    size);
}

static Status
list (Client *client, char **arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = call (client, "List", NULL, "(aa{sv})", &error);

  if (reply == NULL)
    return client_report (error);

  const char *headings[]
      = { _ ("USER"), _ ("LOG-ON"), _ ("PASSWORD"), _ ("APOP"), _ ("SIZE (MIB)"), NULL };
  g_autoptr (OutputTable) table = output_table_new (headings);
  g_autoptr (GVariant) users = g_variant_get_child_value (reply, 0);

  if (client->json)
    {
      json_output_print (users);
      return STATUS_OK;
    }
  for (gsize i = 0; i < g_variant_n_children (users); i++)
    {
      g_autoptr (GVariant) user = g_variant_get_child_value (users, i);
      add_row (table, user);
    }
  output_table_print (table);
  return STATUS_OK;
}

/* --- changes --- */

/* Returns: (transfer full): %NULL with an error said */
static char *
ask_password (void)
{
  g_autoptr (GError) error = NULL;
  char *password = password_input_read (_ ("New password:"), _ ("The same again:"), &error);

  if (password == NULL)
    g_printerr ("posternctl: %s\n", error->message);
  return password;
}

static Status
add (Client *client, char **arguments)
{
  char *password = ask_password ();
  GVariantDict options;

  if (password == NULL)
    return STATUS_INVALID;
  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "apop", "b", wants_apop);
  Status status = change (
      client, "Add",
      g_variant_new ("(ss@a{sv})", arguments[0], password, g_variant_dict_end (&options)));
  password_input_free (password);
  return status;
}

static Status
set_by (Client *client, const char *method, const char *name)
{
  char *password = ask_password ();

  if (password == NULL)
    return STATUS_INVALID;
  /* To the authority, an empty secret is another wish. */
  Status status = STATUS_INVALID;
  if (*password == '\0')
    g_printerr ("posternctl: %s\n", _ ("a password can't be empty"));
  else
    status = change (client, method, g_variant_new ("(ss)", name, password));
  password_input_free (password);
  return status;
}

static Status
set_password (Client *client, char **arguments)
{
  return set_by (client, "SetPassword", arguments[0]);
}

static Status
set_apop (Client *client, char **arguments)
{
  if (wants_none)
    return change (client, "SetApopSecret", g_variant_new ("(ss)", arguments[0], ""));
  return set_by (client, "SetApopSecret", arguments[0]);
}

static Status
set_quota (Client *client, char **arguments)
{
  guint64 mib = 0;

  if (g_str_equal (arguments[1], "default"))
    return change (client, "SetQuota", g_variant_new ("(si)", arguments[0], -1));
  if (!g_str_equal (arguments[1], "none")
      && !g_ascii_string_to_unsigned (arguments[1], 10, 1, SIZE_MAX_MIB, &mib, NULL))
    return verb_wrong_usage (_ ("“%s” is no size: give a number of MiB, none, or default"),
                             arguments[1]);
  return change (client, "SetQuota", g_variant_new ("(si)", arguments[0], (gint32) mib));
}

static Status
remove_users (Client *client, char **arguments)
{
  Status status = STATUS_OK;

  for (char **name = arguments; *name != NULL; name++)
    {
      Status own = change (client, "Remove", g_variant_new ("(s)", *name));
      if (own == STATUS_OK && !client->json)
        output_line (_ ("%s is removed; the mailbox stays."), *name);
      status = own != STATUS_OK ? own : status;
    }
  return status;
}

static const struct
{
  const char *word;
  int arguments_min, arguments_max; /* behind the word */
  Status (*run) (Client *client, char **arguments);
} deeds[] = {
  { "list", 0, 0, list },     { "add", 1, 1, add },         { "password", 1, 1, set_password },
  { "apop", 1, 1, set_apop }, { "quota", 2, 2, set_quota }, { "remove", 1, G_MAXINT, remove_users },
};

Status
user_verbs_users (Client *client, char **arguments)
{
  if (arguments[0] == NULL)
    return list (client, arguments);

  int count = (int) g_strv_length (arguments) - 1;
  for (gsize i = 0; i < G_N_ELEMENTS (deeds); i++)
    if (g_str_equal (arguments[0], deeds[i].word) && count >= deeds[i].arguments_min
        && count <= deeds[i].arguments_max)
      return deeds[i].run (client, arguments + 1);
  return verb_wrong_usage (_ ("usage: posternctl %s"),
                           "users [list | add NAME | password NAME | apop NAME | quota NAME MIB | "
                           "remove NAME…]");
}
