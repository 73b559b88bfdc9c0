"""Addresses of places, villages, units, users and posts."""

from django.urls import path

from fangpin.web.views import figure_file, place_list, places, posts, units, users, villages

urlpatterns = [
    path("places/", places.places, name="places"),
    path("places/list/", place_list.place_list, name="place-list"),
    path("places/figures/", figure_file.figure_file, name="figure-file"),
    path("places/<int:pk>/", places.place, name="place"),
    path("places/<int:pk>/change/", places.change, name="place-change"),
    path("places/changes/<int:pk>/undo/", places.undo, name="place-undo"),
    path("places/<int:pk>/figures/<int:year>/", villages.figures, name="village-figures"),
    path("places/<int:pk>/hamlets/", villages.hamlet, name="hamlet"),
    path("places/hamlets/<int:pk>/close/", villages.close_hamlet, name="hamlet-close"),
    path("places/<int:pk>/sites/", villages.site, name="site"),
    path("places/sites/<int:pk>/close/", villages.close_site, name="site-close"),
    path("units/", units.units, name="units"),
    path("units/add/", units.add, name="unit-add"),
    path("units/local/", units.enter_local, name="units-local"),
    path("units/duties/", units.responsibilities, name="responsibilities"),
    path("units/<int:pk>/", units.unit, name="unit"),
    path("units/<int:pk>/change/", units.change, name="unit-change"),
    path("units/<int:pk>/close/", units.close, name="unit-close"),
    path("units/<int:pk>/duties/", units.add_duty, name="duty-add"),
    path("units/duties/<int:pk>/end/", units.end_duty, name="duty-end"),
    path("units/<int:pk>/charges/", units.add_charge, name="charge-add"),
    path("units/charges/<int:pk>/end/", units.end_charge, name="charge-end"),
    path("users/", users.users, name="users"),
    path("users/add/", users.add, name="user-add"),
    path("users/<int:pk>/", users.user, name="user"),
    path("users/<int:pk>/code/", users.code, name="user-code"),
    path("users/<int:pk>/deactivate/", users.deactivate, name="user-deactivate"),
    path("users/<int:pk>/reactivate/", users.reactivate, name="user-reactivate"),
    path("users/<int:pk>/factors/", users.reset_factors, name="user-factors"),
    path("users/<int:pk>/posts/", users.give_post, name="post-give"),
    path("posts/", posts.posts, name="posts"),
    path("posts/<int:pk>/end/", users.end_post, name="post-end"),
    path("posts/<int:pk>/move/", users.move, name="post-move"),
    path("posts/<int:pk>/delegate/", posts.delegate, name="post-delegate"),
    path("delegations/<int:pk>/end/", posts.end_delegation, name="delegation-end"),
    path("first-password/", posts.first_password, name="first-password"),
]
