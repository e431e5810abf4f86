"""Seeded random plans of many clients, which end with everybody holding the same.

A plan (`plan`) says what users and the operator do. It is carried out (`run`) by actors (`actor`)
against a server that is a process of its own, and what is wrong in the end is told (`judge`). A
plan that fails is saved, can be run again (`python -m tests.plans FILE`) and is made smaller
(`shrink`).
"""
