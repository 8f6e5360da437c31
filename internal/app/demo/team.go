// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package demo

// Competences are what people can do, as they and others say, and trainings. Days count
// from the beginning of the demonstration.
type Competences struct {
	Assessments   []Assessment `json:"assessments"`
	Confirmations []Assessment `json:"confirmations"`
	Trainings     []Training   `json:"trainings"`
}

// An Assessment is levels by competence; By is who confirms.
type Assessment struct {
	By     string         `json:"by"`
	Person string         `json:"person"`
	Day    int            `json:"day"`
	Levels map[string]int `json:"levels"`
	Note   string         `json:"note"`
}

// A Training is one on offer, with who comes.
type Training struct {
	By       string         `json:"by"`
	Title    string         `json:"title"`
	Provider string         `json:"provider"`
	About    string         `json:"about"`
	Starts   int            `json:"starts"`
	Ends     int            `json:"ends"`
	Place    string         `json:"place"`
	Link     string         `json:"link"`
	Language string         `json:"language"`
	Cost     int            `json:"cost"` // cents
	Seats    int            `json:"seats"`
	Aims     map[string]int `json:"aims"`
	SeatsOf  []Seat         `json:"seats_of"`
}

// A Seat is somebody in a training, with the states in their order.
type Seat struct {
	Person      string   `json:"person"`
	States      []string `json:"states"`
	Certificate string   `json:"certificate"`
}
