/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/daemon/service-manager.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <gio/gunixsocketaddress.h>
#include <string.h>

typedef struct
{
  char *folder;    /* (owned) */
  char *path;      /* (owned) */
  GSocket *socket; /* (owned) the manager's */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("postern-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "notify", NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (fixture->path);
  fixture->socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_DATAGRAM,
                                  G_SOCKET_PROTOCOL_DEFAULT, &error);
  g_assert_no_error (error);
  g_assert_true (g_socket_bind (fixture->socket, address, FALSE, &error));
  g_setenv ("NOTIFY_SOCKET", fixture->path, TRUE);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  g_unsetenv ("NOTIFY_SOCKET");
  g_object_unref (fixture->socket);
  g_assert_no_errno (g_unlink (fixture->path));
  g_assert_no_errno (g_rmdir (fixture->folder));
  g_free (fixture->path);
  g_free (fixture->folder);
}

static char *
hear (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  char words[500];
  gssize length = g_socket_receive (fixture->socket, words, sizeof words, NULL, &error);

  g_assert_no_error (error);
  return g_strndup (words, length);
}

static void
test_words (Fixture *fixture, gconstpointer unused)
{
  service_manager_ready ("Revision 7 in force\nREADY=0");
  g_autofree char *ready = hear (fixture);
  g_assert_cmpstr (ready, ==, "READY=1\nSTATUS=Revision 7 in force READY=0");

  service_manager_reloading ();
  g_autofree char *reloading = hear (fixture);
  g_assert_true (g_str_has_prefix (reloading, "RELOADING=1\nMONOTONIC_USEC="));

  service_manager_stopping ();
  g_autofree char *stopping = hear (fixture);
  g_assert_cmpstr (stopping, ==, "STOPPING=1");
}

/* Neither without a manager nor with one that has gone does anything go wrong. */
static void
test_nobody (void)
{
  service_manager_ready ("text");
  g_setenv ("NOTIFY_SOCKET", "/nonexistent/notify", TRUE);
  service_manager_ready ("text");
  g_unsetenv ("NOTIFY_SOCKET");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/service-manager/words", Fixture, NULL, set_up, test_words, tear_down);
  g_test_add_func ("/service-manager/nobody", test_nobody);
  return g_test_run ();
}
