;; The inner loops of initial.ts and weights.ts, four numbers at a time: the same bits as the loops in
;; TypeScript, which stay as the definition and for hosts without SIMD. `draw-kernel.ts` holds the bytes.
(module
  (memory (export "memory") 1)

  ;; uniform (initial.ts): a nest of four loops over hashed indices, written from $at on. The last store of a
  ;; row may reach 12 bytes beyond it; the next row, or nobody, has its numbers there.
  (func (export "uniform")
    (param $at i32)
    (param $a i32) (param $b i32) (param $c i32) (param $d i32)
    (param $sa i32) (param $sb i32) (param $sc i32) (param $sd i32)
    (param $low i32) (param $high i32) (param $scale f64)
    (local $i i32) (local $j i32) (local $k i32) (local $l i32) (local $p i32)
    (local $index v128) (local $step v128) (local $x v128)
    (local.set $step (i32x4.splat (i32.mul (local.get $sd) (i32.const 4))))
    (loop $over_a
      (local.set $j (i32.const 0))
      (loop $over_b
        (local.set $k (i32.const 0))
        (loop $over_c
          (local.set $index
            (i32x4.add
              (i32x4.splat
                (i32.add
                  (i32.mul (local.get $i) (local.get $sa))
                  (i32.add (i32.mul (local.get $j) (local.get $sb)) (i32.mul (local.get $k) (local.get $sc)))))
              (i32x4.mul (i32x4.splat (local.get $sd)) (v128.const i32x4 0 1 2 3))))
          (local.set $l (i32.const 0))
          (local.set $p (local.get $at))
          (loop $over_d
            (local.set $x
              (i32x4.add (i32x4.mul (local.get $index) (i32x4.splat (i32.const 0x9e3779b1))) (i32x4.splat (local.get $low))))
            (local.set $x (v128.xor (local.get $x) (i32x4.shr_u (local.get $x) (i32.const 16))))
            (local.set $x
              (v128.xor (i32x4.mul (local.get $x) (i32x4.splat (i32.const 0x21f0aaad))) (i32x4.splat (local.get $high))))
            (local.set $x (v128.xor (local.get $x) (i32x4.shr_u (local.get $x) (i32.const 15))))
            (local.set $x (i32x4.mul (local.get $x) (i32x4.splat (i32.const 0x735a2d97))))
            (local.set $x (v128.xor (local.get $x) (i32x4.shr_u (local.get $x) (i32.const 15))))
            (local.set $x (i32x4.mul (local.get $x) (i32x4.splat (i32.const 0x6b8b4567))))
            (local.set $x (v128.xor (local.get $x) (i32x4.shr_u (local.get $x) (i32.const 16))))
            (local.set $x (i32x4.shr_u (local.get $x) (i32.const 8)))
            (v128.store (local.get $p)
              (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                (f32x4.demote_f64x2_zero
                  (f64x2.mul
                    (f64x2.sub (f64x2.convert_low_i32x4_s (local.get $x)) (f64x2.splat (f64.const 8388607.5)))
                    (f64x2.splat (local.get $scale))))
                (f32x4.demote_f64x2_zero
                  (f64x2.mul
                    (f64x2.sub
                      (f64x2.convert_low_i32x4_s
                        (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $x) (local.get $x)))
                      (f64x2.splat (f64.const 8388607.5)))
                    (f64x2.splat (local.get $scale))))))
            (local.set $index (i32x4.add (local.get $index) (local.get $step)))
            (local.set $p (i32.add (local.get $p) (i32.const 16)))
            (br_if $over_d
              (i32.lt_u (local.tee $l (i32.add (local.get $l) (i32.const 4))) (local.get $d))))
          (local.set $at (i32.add (local.get $at) (i32.mul (local.get $d) (i32.const 4))))
          (br_if $over_c (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (local.get $c))))
        (br_if $over_b (i32.lt_u (local.tee $j (i32.add (local.get $j) (i32.const 1))) (local.get $b))))
      (br_if $over_a (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $a)))))

  ;; scaleChannels (weights.ts): $count floats from $at on, each multiplied in double precision.
  (func (export "scale") (param $at i32) (param $count i32) (param $factor f64)
    (local $end i32) (local $x v128)
    (local.set $end (i32.add (local.get $at) (i32.mul (i32.and (local.get $count) (i32.const -4)) (i32.const 4))))
    (block $fours
      (loop $next
        (br_if $fours (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $x (v128.load (local.get $at)))
        (v128.store (local.get $at)
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
            (f32x4.demote_f64x2_zero
              (f64x2.mul (f64x2.promote_low_f32x4 (local.get $x)) (f64x2.splat (local.get $factor))))
            (f32x4.demote_f64x2_zero
              (f64x2.mul
                (f64x2.promote_low_f32x4
                  (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $x) (local.get $x)))
                (f64x2.splat (local.get $factor))))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $next)))
    (local.set $end (i32.add (local.get $end) (i32.mul (i32.and (local.get $count) (i32.const 3)) (i32.const 4))))
    (block $ones
      (loop $next
        (br_if $ones (i32.ge_u (local.get $at) (local.get $end)))
        (f32.store (local.get $at)
          (f32.demote_f64 (f64.mul (f64.promote_f32 (f32.load (local.get $at))) (local.get $factor))))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br $next)))))
