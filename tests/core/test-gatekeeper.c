/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/bus/gatekeeper.h"

#include "core/bus/bus.h"

#include <string.h>

#define SCHEMAS TEST_DATA "/../../schemas"

static void
check_interface (const GDBusInterfaceInfo *interface, guint *methods)
{
  static const char *const KNOWN[]
      = { "org.postern.view", "org.postern.change", "org.postern.control", NULL };

  for (guint i = 0; interface->methods != NULL && interface->methods[i] != NULL; i++, (*methods)++)
    {
      const char *action = gatekeeper_action (interface->name, interface->methods[i]->name);
      g_test_message ("%s.%s: %s", interface->name, interface->methods[i]->name, action);
      g_assert_nonnull (action);
      g_assert_true (g_strv_contains (KNOWN, action));
    }
}

/* Whoever adds a method to the schemas has to say here who may call it. */
static void
test_every_method_has_an_action (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (SCHEMAS, 0, &error);
  const char *name;
  guint methods = 0;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      if (!g_str_has_suffix (name, ".xml"))
        continue;
      g_autofree char *path = g_build_filename (SCHEMAS, name, NULL);
      g_autofree char *text = NULL;
      g_assert_true (g_file_get_contents (path, &text, NULL, &error));
      g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (text, &error);
      g_assert_no_error (error);
      for (guint i = 0; node->interfaces != NULL && node->interfaces[i] != NULL; i++)
        check_interface (node->interfaces[i], &methods);
    }
  g_assert_cmpuint (methods, >=, 19);
}

static void
test_unknown_methods_have_none (void)
{
  g_assert_null (gatekeeper_action ("org.postern.ServerProperties1", "Nothing"));
  g_assert_null (gatekeeper_action ("org.postern.Nothing1", "Get"));
  g_assert_null (gatekeeper_action (NULL, "Get"));
  g_assert_null (gatekeeper_action ("org.postern.ServerProperties1", "get"));
}

static void
test_what_changes_is_no_view (void)
{
  g_assert_cmpstr (gatekeeper_action ("org.postern.ServerProperties1", "Apply"), ==,
                   "org.postern.change");
  g_assert_cmpstr (gatekeeper_action ("org.postern.ServerProperties1", "Import"), ==,
                   "org.postern.change");
  g_assert_cmpstr (gatekeeper_action ("org.postern.Server1", "Stop"), ==, "org.postern.control");
  g_assert_cmpstr (gatekeeper_action ("org.postern.Queue1", "Remove"), ==, "org.postern.control");
  /* What people have written is not for everybody who may see who writes to whom. */
  g_assert_cmpstr (gatekeeper_action ("org.postern.Queue1", "Show"), ==, "org.postern.view");
  g_assert_cmpstr (gatekeeper_action ("org.postern.Queue1", "Content"), ==, "org.postern.control");
}

/* The errors' names are part of the bus API. */
static void
test_errors_have_names (void)
{
  static const char *const NAMES[]
      = { "org.postern.Error.NotAuthorized", "org.postern.Error.Invalid",
          "org.postern.Error.Stale",         "org.postern.Error.NoSuchRevision",
          "org.postern.Error.NoSuchServer",  "org.postern.Error.Failed" };

  for (guint code = 0; code < G_N_ELEMENTS (NAMES); code++)
    {
      g_autoptr (GError) error = g_error_new_literal (BUS_ERROR, code, "why");
      g_autofree char *name = g_dbus_error_encode_gerror (error);
      g_assert_cmpstr (name, ==, NAMES[code]);
    }
}

static void
test_connecting_to_nowhere_fails (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (bus_connect ("unix:path=/nonexistent/bus", &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_null (bus_connect ("not an address", &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gatekeeper/every-method-has-an-action", test_every_method_has_an_action);
  g_test_add_func ("/gatekeeper/unknown-methods-have-none", test_unknown_methods_have_none);
  g_test_add_func ("/gatekeeper/what-changes-is-no-view", test_what_changes_is_no_view);
  g_test_add_func ("/bus/errors-have-names", test_errors_have_names);
  g_test_add_func ("/bus/connecting-to-nowhere-fails", test_connecting_to_nowhere_fails);
  return g_test_run ();
}
