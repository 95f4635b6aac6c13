/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/mail-user-row.h"

#include <glib/gi18n.h>
#include <string.h>

static const PosternCellKind kinds[MAIL_USER_ROW_N_CELLS] = {
  [MAIL_USER_ROW_NAME] = POSTERN_CELL_TEXT,    [MAIL_USER_ROW_LOG_ON] = POSTERN_CELL_NUMBER,
  [MAIL_USER_ROW_APOP] = POSTERN_CELL_NUMBER,  [MAIL_USER_ROW_SIZE] = POSTERN_CELL_NUMBER,
  [MAIL_USER_ROW_ALIASES] = POSTERN_CELL_TEXT, [MAIL_USER_ROW_FOLDED] = POSTERN_CELL_TEXT,
};

const PosternRowShape mail_user_row_shape = { kinds, MAIL_USER_ROW_N_CELLS };

/* --- Words --- */

static char *
log_on_words (const PosternRow *row, guint cell)
{
  static const char *const words[] = {
    [MAIL_USER_LOG_ON_ALLOWED] = N_ ("Password set"),
    [MAIL_USER_LOG_ON_FORBIDDEN] = N_ ("Not allowed"),
    [MAIL_USER_LOG_ON_NOT_UNDERSTOOD] = N_ ("No usable password"),
  };

  return g_strdup (_ (words[postern_row_get_number (row, cell)]));
}

static char *
apop_words (const PosternRow *row, guint cell)
{
  return g_strdup (postern_row_get_number (row, cell) != 0 ? _ ("Secret set") : "–");
}

static char *
size_words (const PosternRow *row, guint cell)
{
  gint64 mib = postern_row_get_number (row, cell);

  if (mib == MAIL_USER_SIZE_DEFAULT)
    return g_strdup (_ ("As for all"));
  if (mib == MAIL_USER_SIZE_NONE)
    return g_strdup (_ ("No limit"));
  return g_strdup_printf (_ ("%u MiB"), (guint) mib);
}

const PosternRowColumn mail_user_row_columns[MAIL_USER_ROW_N_COLUMNS] = {
  { N_ ("User"), MAIL_USER_ROW_NAME, MAIL_USER_ROW_NAME, NULL, FALSE, 16 },
  { N_ ("Log-On"), MAIL_USER_ROW_LOG_ON, MAIL_USER_ROW_LOG_ON, log_on_words, FALSE, 18 },
  { N_ ("APOP"), MAIL_USER_ROW_APOP, MAIL_USER_ROW_APOP, apop_words, FALSE, 10 },
  { N_ ("Mailbox Size"), MAIL_USER_ROW_SIZE, MAIL_USER_ROW_SIZE, size_words, FALSE, 12 },
  { N_ ("Aliases"), MAIL_USER_ROW_ALIASES, MAIL_USER_ROW_ALIASES, NULL, FALSE, 14 },
};

char *
mail_user_row_tip (const PosternRow *row, guint cell)
{
  const char *aliases = postern_row_get_text (row, MAIL_USER_ROW_ALIASES);

  if (postern_row_get_number (row, MAIL_USER_ROW_LOG_ON) == MAIL_USER_LOG_ON_NOT_UNDERSTOOD)
    return g_strdup (_ ("The servers do not understand this password: the user gets no mail and "
                        "can’t log on. Give the user another one."));
  return *aliases != '\0' ? g_strdup_printf (_ ("Aliases that lead here: %s"), aliases) : NULL;
}

/* --- Aliases --- */

static gboolean
is_local (const char *const *local_domains, const char *domain)
{
  for (gsize i = 0; local_domains[i] != NULL; i++)
    {
      g_autofree char *pattern = g_ascii_strdown (local_domains[i], -1);
      if (g_pattern_match_simple (pattern, domain))
        return TRUE;
    }
  return FALSE;
}

/* Returns: (transfer none) (nullable): the user that gets the mail, as the servers look it up: the
 * whole address first, then what stands before the @. */
static const char *
user_of (GHashTable *users, const char *const *local_domains, const char *address)
{
  const char *at = strrchr (address, '@');
  gpointer user = NULL;

  if (g_hash_table_lookup_extended (users, address, &user, NULL))
    return user;
  if (at == NULL || !is_local (local_domains, at + 1))
    return NULL;
  g_autofree char *local = g_strndup (address, at - address);
  g_hash_table_lookup_extended (users, local, &user, NULL);
  return user;
}

/* @users: (element-type utf8 GString): the user's name, and the aliases that lead there */
static void
add_alias (GHashTable *users, const char *const *local_domains, const char *row)
{
  const char *colon = strchr (row, ':');

  if (colon == NULL)
    return;
  g_autofree char *name = g_strndup (row, colon - row);
  g_autofree char *lower = g_ascii_strdown (colon + 1, -1);
  g_auto (GStrv) targets = g_strsplit_set (lower, ", \t", -1);
  const char *domain = strchr (name, '@');

  for (char **target = targets; *target != NULL; target++)
    {
      gboolean has_domain = strchr (*target, '@') != NULL;
      /* A target without a domain is at that of the alias. */
      g_autofree char *address = g_strconcat (*target, has_domain ? NULL : domain, NULL);
      const char *user = **target != '\0' ? user_of (users, local_domains, address) : NULL;
      GString *aliases = user != NULL ? g_hash_table_lookup (users, user) : NULL;

      if (aliases != NULL)
        g_string_append_printf (aliases, "%s%s", aliases->len > 0 ? ", " : "", name);
    }
}

static char **
get_list (PosternClient *client, const char *setting)
{
  g_autoptr (GVariant) value = postern_client_get_value (client, setting);

  return value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY)
             ? g_variant_dup_strv (value, NULL)
             : g_new0 (char *, 1);
}

static void
string_free (gpointer data)
{
  g_string_free (data, TRUE);
}

/* Returns: (transfer full): the users' names, and the aliases that lead to each */
static GHashTable *
index_aliases (GVariant *users, PosternClient *client)
{
  GHashTable *index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, string_free);
  g_auto (GStrv) aliases = get_list (client, "general.aliases");
  g_auto (GStrv) domains = get_list (client, "general.local-domains");

  for (gsize i = 0; i < g_variant_n_children (users); i++)
    {
      g_autoptr (GVariant) user = g_variant_get_child_value (users, i);
      char *name;
      if (g_variant_lookup (user, "name", "s", &name))
        g_hash_table_insert (index, name, g_string_new (NULL));
    }
  for (char **row = aliases; *row != NULL; row++)
    add_alias (index, (const char *const *) domains, *row);
  return index;
}

/* --- Rows --- */

static void
set_facts (PosternRow *row, GVariant *user)
{
  gboolean password = FALSE, log_on = FALSE, apop = FALSE;
  guint32 mib = 0;
  gboolean has_size = g_variant_lookup (user, "quota-mib", "u", &mib);

  g_variant_lookup (user, "password", "b", &password);
  g_variant_lookup (user, "log-on", "b", &log_on);
  g_variant_lookup (user, "apop", "b", &apop);
  postern_row_set_number (row, MAIL_USER_ROW_LOG_ON,
                          !password ? MAIL_USER_LOG_ON_NOT_UNDERSTOOD
                          : log_on  ? MAIL_USER_LOG_ON_ALLOWED
                                    : MAIL_USER_LOG_ON_FORBIDDEN);
  postern_row_set_number (row, MAIL_USER_ROW_APOP, apop);
  postern_row_set_number (row, MAIL_USER_ROW_SIZE,
                          !has_size  ? MAIL_USER_SIZE_DEFAULT
                          : mib == 0 ? MAIL_USER_SIZE_NONE
                                     : (gint64) mib);
}

GPtrArray *
mail_user_row_make_all (PosternRowStore *store, GVariant *users, PosternClient *client)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) postern_row_free);
  g_autoptr (GHashTable) index = index_aliases (users, client);

  for (gsize i = 0; i < g_variant_n_children (users); i++)
    {
      g_autoptr (GVariant) user = g_variant_get_child_value (users, i);
      const char *name;

      if (!g_variant_lookup (user, "name", "&s", &name))
        continue;
      PosternRow *row = postern_row_store_make_row (store);
      const GString *aliases = g_hash_table_lookup (index, name);
      g_autofree char *all = g_strconcat (name, " ", aliases->str, NULL);
      postern_row_set_text (row, MAIL_USER_ROW_NAME, name);
      postern_row_set_text (row, MAIL_USER_ROW_ALIASES, aliases->str);
      postern_row_take_text (row, MAIL_USER_ROW_FOLDED, g_utf8_casefold (all, -1));
      set_facts (row, user);
      g_ptr_array_add (rows, row);
    }
  return rows;
}
