/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/users/user-fields.h"

#include <string.h>

#define BLANKS " \t"
#define KIB G_GUINT64_CONSTANT (1024)

/* Gets @value ("" where the field has none); returns FALSE when it is not understood. */
typedef gboolean (*FieldReader) (UserFields *fields, const char *value);

/* "100M" in bytes. Without a letter, it counts in @unit. */
static gboolean
parse_size (const char *text, guint64 unit, guint64 *bytes)
{
  static const char letters[] = "BKMGT";
  char *end;
  guint64 number = g_ascii_strtoull (text, &end, 10);

  if (!g_ascii_isdigit (text[0]) || number == G_MAXUINT64)
    return FALSE;
  if (*end != '\0')
    {
      const char *letter = strchr (letters, g_ascii_toupper (*end));

      if (letter == NULL || end[1] != '\0')
        return FALSE;
      unit = (guint64) 1 << (10 * (letter - letters));
    }
  return !__builtin_mul_overflow (number, unit, bytes);
}

static gboolean
set_quota (UserFields *fields, const char *text, guint64 unit)
{
  guint64 bytes;

  if (!parse_size (text, unit, &bytes))
    return FALSE;
  fields->quota = bytes > 0 ? bytes : G_MAXUINT64;
  return TRUE;
}

/* "FOLDER:LIMIT:LIMIT" */
static gboolean
read_quota_rule (UserFields *fields, const char *value)
{
  g_auto (GStrv) parts = g_strsplit (value, ":", -1);
  gboolean understood = parts[0] != NULL && parts[1] != NULL;

  if (!understood || strcmp (parts[0], "*") != 0)
    return understood;
  for (char **part = parts + 1; *part != NULL && understood; part++)
    {
      if (g_str_has_prefix (*part, "storage="))
        understood = set_quota (fields, *part + strlen ("storage="), KIB);
      else if (g_str_has_prefix (*part, "bytes="))
        understood = set_quota (fields, *part + strlen ("bytes="), 1);
    }
  return understood;
}

static gboolean
read_quota_size (UserFields *fields, const char *value)
{
  return set_quota (fields, value, 1);
}

/* Dovecot looks only whether the field is there. */
static gboolean
read_no_log_on (UserFields *fields, const char *value)
{
  fields->is_log_on_refused = TRUE;
  return TRUE;
}

static gboolean
read_networks (UserFields *fields, const char *value)
{
  g_auto (GStrv) texts = g_strsplit (value, ",", -1);
  gboolean understood = texts[0] != NULL;

  g_clear_pointer (&fields->networks, g_array_unref);
  fields->networks = g_array_new (FALSE, FALSE, sizeof (IpNetwork));
  for (char **text = texts; *text != NULL; text++)
    {
      IpNetwork network;

      if (ip_network_parse (*text, &network))
        g_array_append_val (fields->networks, network);
      else
        understood = FALSE;
    }
  return understood;
}

static const struct
{
  const char *name;
  FieldReader read;
  const char *consequence; /* of a value that is not understood */
} kinds[] = {
  { "userdb_quota_rule", read_quota_rule, "the quota does not hold" },
  { "userdb_quota_storage_size", read_quota_size, "the quota does not hold" },
  { "nologin", read_no_log_on, NULL },
  { "allow_nets", read_networks, "nobody may log on from what is no network" },
};

/* Returns: (transfer full) (nullable): what is wrong. @field is taken to pieces. */
static char *
read_field (UserFields *fields, char *field)
{
  char *equals = strchr (field, '=');
  const char *value = equals != NULL ? equals + 1 : "";

  if (equals != NULL)
    *equals = '\0';
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (field, kinds[i].name) == 0)
      return kinds[i].read (fields, value)
                 ? NULL
                 : g_strdup_printf ("the value of %s is not understood; %s", field,
                                    kinds[i].consequence);
  return NULL;
}

char *
user_fields_parse (UserFields *fields, const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, BLANKS, -1);
  char *problem = NULL;

  for (char **word = words; *word != NULL; word++)
    {
      g_autofree char *wrong = read_field (fields, *word);

      if (problem == NULL)
        problem = g_steal_pointer (&wrong);
    }
  return problem;
}

void
user_fields_clear (UserFields *fields)
{
  g_clear_pointer (&fields->networks, g_array_unref);
  *fields = (UserFields){ 0 };
}

gboolean
user_fields_admit (const UserFields *fields, const IpAddress *client)
{
  if (fields->is_log_on_refused)
    return FALSE;
  if (fields->networks == NULL)
    return TRUE;
  for (guint i = 0; i < fields->networks->len; i++)
    if (ip_network_contains (&g_array_index (fields->networks, IpNetwork, i), client))
      return TRUE;
  return FALSE;
}
