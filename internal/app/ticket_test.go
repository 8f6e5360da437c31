// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"html"
	"strings"
	"testing"

	"allmende/internal/office/casework"
	"allmende/internal/office/intake"
	"allmende/internal/platform/blob"
)

// Somebody writes as Dora, with a plan and a script, and nobody has checked that it is her. Where the city lets guests ask
// a case is opened by that; its page says so, the plan lies beside it, and the script is named with the reason. With the
// word of the city's mail server it is Dora who asks.
func TestAMailOpensACaseWithItsFiles(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		ctx, _ := join(t, a, "", "Aldorf")
		ada := a.signIn(t, "aldorf", "ada", "admin")
		a.signIn(t, "aldorf", "dora", "editor")
		if err := a.Ticket.Use([]TicketSystem{{ID: "post", Label: "E-Mail", Kind: "mail", Address: "ospo@aldorf.example", Org: "aldorf", Proves: []string{"mx.aldorf.example"}}}); err != nil {
			t.Fatal(err)
		}
		arrives := func(head string) []casework.Case {
			t.Helper()
			raw := head + "From: Dora <dora@aldorf.example>\nSubject: Mit Plan\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nDürfen wir das?\n" +
				"--b\nContent-Disposition: attachment; filename=plan.txt\n\nDer Plan\n--b\nContent-Disposition: attachment; filename=los.sh\n\n#!/bin/sh\nrm -rf /\n--b--\n"
			sent := []byte(strings.ReplaceAll(raw, "\n", "\r\n"))
			if err := a.Ticket.Arrive(ctx, "dora@aldorf.example", "ospo@aldorf.example", sent); err != nil {
				t.Fatal(err)
			}
			if held, err := a.blobHeld(ctx, blob.Sum(sent)); err != nil || !held { // else who removes the same from a case would take it from here
				t.Errorf("nobody points to a mail that came: %v", err)
			}
			if err := a.Jobs.Drain(ctx); err != nil {
				t.Fatal(err)
			}
			all, _, err := a.Casework.Cases(ctx, casework.Sieve{Sort: "created", Size: 20})
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		if all := arrives("Message-ID: <1@x.example>\n"); len(all) != 0 {
			t.Errorf("where nobody may ask as a guest: %+v", all)
		}
		if w := ada.do("GET", "/ticket/mail?state=kept", nil); !strings.Contains(w.Body.String(), "Mit Plan") {
			t.Errorf("the mail does not wait for the office: %d", w.Code)
		}
		if err := a.Intake.SetHouse(ctx, intake.House{Open: true, Slug: "aldorf"}); err != nil {
			t.Fatal(err)
		}
		all := arrives("Message-ID: <2@x.example>\n")
		if len(all) != 1 || all[0].Asker != casework.Mailed {
			t.Fatalf("%+v", all)
		}
		body := html.UnescapeString(ada.do("GET", "/casework/case/"+all[0].ID, nil).Body.String())
		for _, want := range []string{"Absender nicht geprüft", "Gefragt per E-Mail von Dora, dora@aldorf.example.", "plan.txt", "los.sh: „los.sh“ ist ein Skript", "per E-Mail, Absender wie angegeben"} {
			if !strings.Contains(body, want) {
				t.Errorf("the page of the case lacks %q", want)
			}
		}
		if body := html.UnescapeString(ada.do("GET", "/audit", nil).Body.String()); !strings.Contains(body, "Per E-Mail, Absender wie angegeben (nicht geprüft)") {
			t.Error("the log does not say that the sender is as stated")
		}
		all = arrives("Authentication-Results: mx.aldorf.example; dmarc=pass header.from=aldorf.example\nMessage-ID: <3@x.example>\n")
		if len(all) != 2 || all[0].Asker == casework.Mailed && all[1].Asker == casework.Mailed {
			t.Fatalf("%+v", all)
		}
		for _, c := range all {
			if body := html.UnescapeString(ada.do("GET", "/casework/case/"+c.ID, nil).Body.String()); c.Asker != casework.Mailed && !strings.Contains(body, "geprüft durch mx.aldorf.example") {
				t.Error("the page does not say who has checked the sender")
			}
		}
	})
}
