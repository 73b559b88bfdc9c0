"""The yearly figures of a village: what is asked, how it is written, what must fit together."""
