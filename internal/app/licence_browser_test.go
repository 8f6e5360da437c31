// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"strings"
	"testing"

	"allmende/internal/office/policy"
	"allmende/internal/platform/door"
)

// A question about a licence, in the browser and without script: somebody asks, reads what
// the program knows, and finds the answer that the licence manager gives.
func TestALicenceQuestionInTheBrowser(t *testing.T) {
	p, base, a := city(t)
	p.NoScript(true)
	p.Visit(base + "/policy/questions")
	p.Follow("main .acts a, .title .acts a")
	p.Type("#f-text", "Dürfen wir Graylog als Dienst anbieten?")
	p.Fill("#f-licence", "SSPL-1.0")
	p.Choose("#f-context", "service")
	if status := p.Follow("main form button[type=submit]"); status != 200 || !strings.Contains(p.Where(), "/policy/question/") {
		t.Fatalf("asked: %d at %s: %s", status, p.Where(), p.Text("main"))
	}
	if text := p.Text("main"); !strings.Contains(text, "not-approved") || !strings.Contains(text, "Noch nicht entschieden") || !strings.Contains(text, "munich") {
		t.Errorf("the facts are not shown: %s", text)
	}
	question := strings.TrimPrefix(p.Where(), base+"/policy/question/")
	if p.Has("#f-answer") {
		t.Error("whoever asks is offered to decide")
	}
	root := door.With(t.Context(), door.Viewer{Org: "musterstadt", Person: "operator", Grants: []string{"*"}, Lang: "de", Door: "cli"})
	who, err := a.Governance.ByLogin(root, "obermeier@musterstadt.example")
	if err != nil {
		t.Fatal(err)
	}
	ctx := door.With(t.Context(), door.Viewer{Org: "musterstadt", Person: who.ID, Grants: []string{"policy.*"}, Lang: "de", Door: "web"})
	if err := a.Policy.Advise(ctx, question, "Als Dienst greifen die besonderen Pflichten."); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Policy.Decide(ctx, question, policy.DecisionInput{Answer: "no", Reason: "Als Dienst nicht.", Scope: "organisation"}); err != nil {
		t.Fatal(err)
	}
	p.Visit(base + "/policy/question/" + question)
	if text := p.Text("main"); !strings.Contains(text, "Nein") || !strings.Contains(text, "Als Dienst nicht.") || !strings.Contains(text, "Korbinian Obermeier") {
		t.Errorf("the answer is not shown: %s", text)
	}
	p.NoScript(false)
	p.Visit(base + "/policy/question/" + question)
	for _, v := range p.Axe() {
		t.Errorf("%s", v)
	}
}
