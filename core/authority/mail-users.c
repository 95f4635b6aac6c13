/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/authority/mail-users.h"

#include "core/settings/file-identity.h"
#include "core/settings/regular-file.h"
#include "core/users/secret.h"
#include "core/users/user-name.h"
#include "core/users/users-file.h"

#include <string.h>

#define MODE_OF_NEW_FILE 0640
#define QUOTA_MAX_MIB 1048576
#define NO_QUOTA_GIVEN -1
#define MIB (1024 * 1024)

/* How often a file that others change meanwhile is read anew. */
#define TRIES_MAX 10

/* What a call wants. */
typedef struct
{
  const char *name; /* of the user */
  char *secret;     /* (owned) (nullable): as it shall stand in the file; %NULL: what is there in
                         clear, hashed */
  gint64 mib;       /* as for users_file_set_quota() */
} Wish;

/** Returns FALSE with INVALID, or FAILED. */
typedef gboolean (*Edit) (UsersFile *file, const Wish *wish, GError **error);

static void
clear_string (char *text)
{
  if (text != NULL)
    explicit_bzero (text, strlen (text));
  g_free (text);
}

static void
wish_clear (Wish *wish)
{
  clear_string (wish->secret);
  wish->secret = NULL;
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wish, wish_clear)

static gboolean G_GNUC_PRINTF (3, 4)
    refuse (GError **error, const char *what, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *sentence = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, AUTHORITY_ERROR, AUTHORITY_ERROR_INVALID, "%s: %s", what, sentence);
  return FALSE;
}

static gboolean
refuse_unknown (GError **error)
{
  return refuse (error, "name", "there is no such user");
}

/* --- The file --- */

/* Returns: (transfer full): where the users are at this moment */
static char *
users_path (Custody *custody)
{
  g_autofree char *folder = g_path_get_dirname (custody_path (custody));

  custody_look (custody);
  return g_canonicalize_filename (custody_settings (custody)->general.users_file, folder);
}

/* Returns: (transfer full): what is there; %NULL with FAILED */
static UsersFile *
read_file (const char *path, GError **error)
{
  g_autoptr (GError) cause = NULL;
  gsize length;
  char *text = regular_file_read (path, USERS_FILE_MAX_BYTES, &length, &cause);

  if (text == NULL)
    {
      authority_error_set_failed (error, cause);
      return NULL;
    }
  UsersFile *file = users_file_parse (text, length);
  explicit_bzero (text, length);
  g_free (text);
  return file;
}

static gboolean
is_there (const char *path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS) || g_file_test (path, G_FILE_TEST_IS_SYMLINK);
}

static gboolean
write_file (const char *path, const UsersFile *file, GError **error)
{
  g_autoptr (GError) cause = NULL;
  gsize length;
  char *text = users_file_to_text (file, &length);
  gboolean written = length <= USERS_FILE_MAX_BYTES
                     && regular_file_replace (path, text, length, MODE_OF_NEW_FILE, &cause);

  explicit_bzero (text, length);
  g_free (text);
  if (cause != NULL)
    authority_error_set_failed (error, cause);
  else if (!written)
    g_set_error (error, AUTHORITY_ERROR, AUTHORITY_ERROR_FAILED,
                 "%s: would be larger than the servers read", path);
  return written;
}

/* Whether the file at @path is still the one that was read. */
static gboolean
is_same (const char *path, gboolean was_there, const FileIdentity *before)
{
  FileIdentity now = file_identity_of (path);

  return was_there ? file_identity_equal (before, &now) : !is_there (path);
}

static gboolean
change (Custody *custody, Edit edit, const Wish *wish, GError **error)
{
  g_autofree char *path = users_path (custody);

  for (guint tries = 0; tries < TRIES_MAX; tries++)
    {
      gboolean was_there = is_there (path);
      FileIdentity before = file_identity_of (path);
      g_autoptr (UsersFile) file = was_there ? read_file (path, error) : users_file_parse ("", 0);

      if (file == NULL || !edit (file, wish, error))
        return FALSE;
      if (is_same (path, was_there, &before))
        return write_file (path, file, error);
    }
  g_set_error (error, AUTHORITY_ERROR, AUTHORITY_ERROR_FAILED,
               "%s: is being edited by somebody else; try again", path);
  return FALSE;
}

/* --- What is taken --- */

static gboolean
has_control_byte (const char *text)
{
  for (; *text != '\0'; text++)
    if (g_ascii_iscntrl (*text))
      return TRUE;
  return FALSE;
}

/* @what: password or secret. One that is kept in clear ends at a colon. */
static gboolean
check_password (const char *what, const char *password, gboolean is_clear, GError **error)
{
  if (*password == '\0')
    return refuse (error, what, "a password can't be empty");
  if (strlen (password) > SECRET_PASSWORD_MAX)
    return refuse (error, what, "a password has at most %d bytes", SECRET_PASSWORD_MAX);
  if (has_control_byte (password))
    return refuse (error, what, "a password can't have control characters in it");
  if (is_clear && strchr (password, ':') != NULL)
    return refuse (error, what, "a password for APOP can't have a colon in it");
  return TRUE;
}

static gboolean
check_quota (gint64 mib, GError **error)
{
  if (mib >= NO_QUOTA_GIVEN && mib <= QUOTA_MAX_MIB)
    return TRUE;
  return refuse (error, "mib", "%" G_GINT64_FORMAT " is outside the range 0 to %d", mib,
                 QUOTA_MAX_MIB);
}

static gboolean
make_secret (Wish *wish, const char *password, gboolean is_clear, GError **error)
{
  wish->secret = is_clear ? secret_clear (password) : secret_hash (password);
  if (wish->secret == NULL)
    g_set_error (error, AUTHORITY_ERROR, AUTHORITY_ERROR_FAILED,
                 "the system can't hash a password");
  return wish->secret != NULL;
}

/* --- The edits --- */

static gboolean
edit_add (UsersFile *file, const Wish *wish, GError **error)
{
  g_autofree char *name = g_ascii_strdown (wish->name, -1);

  if (users_file_contains (file, name))
    return refuse (error, "name", "there is a user of that name already");
  users_file_add (file, name, wish->secret);
  return wish->mib < 0 || users_file_set_quota (file, name, wish->mib);
}

static gboolean
edit_secret (UsersFile *file, const Wish *wish, GError **error)
{
  return users_file_set_secret (file, wish->name, wish->secret) || refuse_unknown (error);
}

static gboolean
edit_end_apop (UsersFile *file, const Wish *wish, GError **error)
{
  char *clear = users_file_dup_clear_secret (file, wish->name);
  g_auto (Wish) hashed = { .name = wish->name };
  gboolean good = clear == NULL || make_secret (&hashed, clear, FALSE, error);

  if (good && clear == NULL)
    good = users_file_contains (file, wish->name) || refuse_unknown (error);
  else if (good)
    good = edit_secret (file, &hashed, error);
  clear_string (clear);
  return good;
}

static gboolean
edit_quota (UsersFile *file, const Wish *wish, GError **error)
{
  return users_file_set_quota (file, wish->name, wish->mib) || refuse_unknown (error);
}

static gboolean
edit_remove (UsersFile *file, const Wish *wish, GError **error)
{
  return users_file_remove (file, wish->name) || refuse_unknown (error);
}

/* --- The methods --- */

static void
add_entry (GVariantBuilder *builder, const UsersFileEntry *entry)
{
  g_autofree char *name = g_utf8_make_valid (entry->name, -1);
  g_autofree char *scheme = g_utf8_make_valid (entry->scheme, -1);

  g_variant_builder_open (builder, G_VARIANT_TYPE ("a{sv}"));
  g_variant_builder_add (builder, "{sv}", "name", g_variant_new_string (name));
  g_variant_builder_add (builder, "{sv}", "scheme", g_variant_new_string (scheme));
  g_variant_builder_add (builder, "{sv}", "password", g_variant_new_boolean (entry->is_understood));
  g_variant_builder_add (builder, "{sv}", "apop", g_variant_new_boolean (entry->is_clear));
  g_variant_builder_add (builder, "{sv}", "log-on", g_variant_new_boolean (entry->may_log_on));
  if (entry->quota != 0)
    {
      /* Rounded up, so that a small one is not taken for none. */
      guint64 mib = entry->quota == G_MAXUINT64 ? 0 : (entry->quota - 1) / MIB + 1;
      g_variant_builder_add (builder, "{sv}", "quota-mib",
                             g_variant_new_uint32 (MIN (mib, G_MAXUINT32)));
    }
  g_variant_builder_close (builder);
}

static GVariant *
list (Custody *custody, GError **error)
{
  g_autofree char *path = users_path (custody);
  g_autoptr (UsersFile) file = is_there (path) ? read_file (path, error) : users_file_parse ("", 0);
  GVariantBuilder builder;

  if (file == NULL)
    return NULL;
  g_autoptr (GPtrArray) entries = users_file_list (file);
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < entries->len; i++)
    add_entry (&builder, g_ptr_array_index (entries, i));
  return g_variant_new ("(aa{sv})", &builder);
}

static gboolean
read_options (GVariant *options, gboolean *is_clear, gint64 *mib, GError **error)
{
  GVariantIter iter;
  const char *name;
  GVariant *value;
  gboolean good = TRUE;

  g_variant_iter_init (&iter, options);
  while (good && g_variant_iter_next (&iter, "{&sv}", &name, &value))
    {
      if (g_str_equal (name, "apop") && g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
        *is_clear = g_variant_get_boolean (value);
      else if (g_str_equal (name, "quota-mib")
               && g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
        *mib = g_variant_get_uint32 (value);
      else
        good = refuse (error, "options", "one is not known, or of a wrong type");
      g_variant_unref (value);
    }
  return good;
}

static gboolean
add (Custody *custody, GVariant *arguments, GError **error)
{
  g_autoptr (GVariant) options = NULL;
  g_auto (Wish) wish = { .mib = NO_QUOTA_GIVEN };
  gboolean is_clear = FALSE;
  const char *password;

  g_variant_get (arguments, "(&s&s@a{sv})", &wish.name, &password, &options);
  if (!user_name_is_good (wish.name))
    return refuse (error, "name",
                   "a user's name has 1 to 64 bytes, no blank, colon or slash, and begins with "
                   "neither a point nor #");
  return read_options (options, &is_clear, &wish.mib, error)
         && check_password ("password", password, is_clear, error) && check_quota (wish.mib, error)
         && make_secret (&wish, password, is_clear, error)
         && change (custody, edit_add, &wish, error);
}

static gboolean
set_password (Custody *custody, GVariant *arguments, GError **error)
{
  g_auto (Wish) wish = { 0 };
  const char *password;

  g_variant_get (arguments, "(&s&s)", &wish.name, &password);
  return check_password ("password", password, FALSE, error)
         && make_secret (&wish, password, FALSE, error)
         && change (custody, edit_secret, &wish, error);
}

static gboolean
set_apop_secret (Custody *custody, GVariant *arguments, GError **error)
{
  g_auto (Wish) wish = { 0 };
  const char *secret;

  g_variant_get (arguments, "(&s&s)", &wish.name, &secret);
  if (*secret == '\0')
    return change (custody, edit_end_apop, &wish, error);
  return check_password ("secret", secret, TRUE, error) && make_secret (&wish, secret, TRUE, error)
         && change (custody, edit_secret, &wish, error);
}

static gboolean
set_quota (Custody *custody, GVariant *arguments, GError **error)
{
  g_auto (Wish) wish = { 0 };
  gint32 mib;

  g_variant_get (arguments, "(&si)", &wish.name, &mib);
  wish.mib = mib;
  return check_quota (mib, error) && change (custody, edit_quota, &wish, error);
}

static gboolean
remove_user (Custody *custody, GVariant *arguments, GError **error)
{
  g_auto (Wish) wish = { 0 };

  g_variant_get (arguments, "(&s)", &wish.name);
  return change (custody, edit_remove, &wish, error);
}

static const struct
{
  const char *method;
  gboolean (*run) (Custody *custody, GVariant *arguments, GError **error);
  const char *deed; /* for the log */
} CHANGES[] = {
  { "Add", add, "added" },
  { "SetPassword", set_password, "given another password" },
  { "SetApopSecret", set_apop_secret, "given another secret for APOP" },
  { "SetQuota", set_quota, "given another mailbox size" },
  { "Remove", remove_user, "removed" },
};

GVariant *
mail_users_run (
    Custody *custody, const char *method, const char *who, GVariant *arguments, GError **error)
{
  if (g_str_equal (method, "List"))
    return list (custody, error);

  for (gsize i = 0; i < G_N_ELEMENTS (CHANGES); i++)
    if (g_str_equal (CHANGES[i].method, method))
      {
        const char *name;

        if (!CHANGES[i].run (custody, arguments, error))
          return NULL;
        g_variant_get_child (arguments, 0, "&s", &name);
        g_message ("users: %s was %s by %s", name, CHANGES[i].deed, who);
        return g_variant_new_tuple (NULL, 0);
      }
  g_set_error (error, AUTHORITY_ERROR, AUTHORITY_ERROR_FAILED, "there is no method %s", method);
  return NULL;
}
